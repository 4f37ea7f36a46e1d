import { z } from "zod";
import type { Sent } from "../http/sent";
import { VERSION } from "../version";
import type { World } from "../world";
import { PAGE_HEADERS } from "./headers";

// Only the simulator has `/` and `/health`. ENS has neither.

export const healthSchema = z.object({
  status: z.literal("ok"),
  version: z.string().describe("Version of the simulator."),
  now: z.number().describe("Time of the simulator's clock, in milliseconds since the epoch."),
  clock: z.enum(["real", "frozen"]).describe("`real` when time passes by itself, `frozen` otherwise."),
});

/** Responds to `GET /health`. Any response means that the simulator is ready. */
export function health({ clock }: World): Sent {
  const body: z.output<typeof healthSchema> = {
    status: "ok",
    version: VERSION,
    now: clock.now(),
    clock: clock.mode,
  };
  return { status: 200, body };
}

/** Responds to `GET /` with the URLs of the simulator: HTML for a browser, JSON for other programs. */
export function startPage(world: World, accept = ""): Sent {
  const facts = startFacts(world);
  const vary = { ...PAGE_HEADERS, Vary: "Accept" };
  if (accept.includes("text/html")) return { status: 200, body: html(facts), type: "text/html", headers: vary };
  const body = `${JSON.stringify(facts, undefined, 2)}\n`;
  return { status: 200, body, type: "application/json", headers: vary };
}

interface Facts {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly page: string;
  readonly restUrl: string;
  readonly tokenUrl: string;
  readonly openapi: string;
  readonly health: string;
  readonly clientId: string;
  /** The default secret. Any other secret is not shown. */
  readonly clientSecret: string;
  readonly getAToken: string;
}

const DEFAULT_SECRET = "sim-secret";

/** The facts of the start page, which the page at `/_simulator/ui` shows too. */
export function startFacts({ origin, packages }: World): Facts {
  const [first = { clientId: "", clientSecret: "" }] = packages.state;
  const isDefault = first.clientSecret === DEFAULT_SECRET;
  const secret = isDefault ? DEFAULT_SECRET : "<client secret>";
  const body = JSON.stringify({
    grant_type: "client_credentials",
    client_id: first.clientId,
    client_secret: secret,
  });
  return {
    name: "pulumi-ens-simulator",
    version: VERSION,
    description:
      "A simulator of the Event Notification Service (ENS) of Salesforce Marketing Cloud. " +
      "ENS itself has neither this page nor /health.",
    page: `${origin}/_simulator/ui`,
    restUrl: origin,
    tokenUrl: `${origin}/v2/token`,
    openapi: `${origin}/_simulator/openapi.json`,
    health: `${origin}/health`,
    clientId: first.clientId,
    clientSecret: isDefault ? DEFAULT_SECRET : "the one that the simulator was started with",
    getAToken: `curl ${origin}/v2/token -H 'content-type: application/json' -d '${body.replaceAll("'", "'\\''")}'`,
  };
}

function html(facts: Facts): string {
  const rows = [
    ["Web page", link(facts.page)],
    ["REST routes", code(`${facts.restUrl}/platform/v1/…`)],
    ["Token endpoint", code(facts.tokenUrl)],
    ["Client id", code(facts.clientId)],
    ["Client secret", escaped(facts.clientSecret)],
    ["OpenAPI document", link(facts.openapi)],
    ["Health", link(facts.health)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ENS simulator</title>
<link rel="icon" href="/_simulator/ui/icon.svg">
<link rel="stylesheet" href="/_simulator/ui/page.css">
</head>
<body class="start">
<main>
<h1>ENS simulator <small>${escaped(facts.version)}</small></h1>
<p>${escaped(facts.description)}</p>
<dl>
${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("\n")}
</dl>
<h2>Get a token</h2>
<pre tabindex="0">${escaped(facts.getAToken)}</pre>
<p>All routes below <code>/platform/v1/</code> need the token in the header <code>Authorization: Bearer …</code>.</p>
</main>
</body>
</html>
`;
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const code = (text: string) => `<code>${escaped(text)}</code>`;
const link = (url: string) => `<a href="${escaped(new URL(url).pathname)}">${escaped(url)}</a>`;
