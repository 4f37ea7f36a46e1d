import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { CATALOGUE } from "../events/catalogue";
import { payloadOf } from "../events/payload/payload";
import type { Sent } from "../http/sent";
import { Random } from "../random";
import type { World } from "../world";
import { PAGE_HEADERS } from "./headers";
import { hideSecrets, secretsOf, withoutSecrets } from "./hide";

const FOLDER = join(__dirname, "../../ui");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".mjs": "text/javascript",
};
/** The files of the page with their media types. Only files of this folder are served. */
const FILES: ReadonlyMap<string, string> = new Map(
  readdirSync(FOLDER).map((name) => [name, TYPES[extname(name)] ?? "text/plain"]),
);

/** Maximum number of characters of a body that the page shows. */
const MOST_SHOWN = 100_000;

/** Responds to a request below `/_simulator/ui`, except the stream. `path` is the rest of the path. */
export function answerPage(world: World, path: string): Sent {
  const [first = "", second = "", ...more] = path.replace(/^\//, "").split("/").map(decoded);
  if (more.length > 0) return NOT_FOUND;
  if (second === "") return file(first === "" ? "index.html" : first);
  const found = DETAILS.get(first)?.(world, second);
  return found === undefined ? NOT_FOUND : { status: 200, body: found, headers: PAGE_HEADERS };
}

const NOT_FOUND: Sent = { status: 404, body: { message: "The page has no such file or detail." } };

function file(name: string): Sent {
  const type = FILES.get(name);
  if (type === undefined) return NOT_FOUND;
  return { status: 200, body: readFileSync(join(FOLDER, name), "utf8"), type, headers: PAGE_HEADERS };
}

/** Details that the page requests on demand. */
const DETAILS: ReadonlyMap<string, (world: World, which: string) => object | undefined> = new Map([
  ["requests", requestOf],
  ["keys", keysOf],
  ["samples", sampleOf],
]);

/** Returns an entry of the journal without secrets. */
function requestOf(world: World, number: string): object | undefined {
  const entry = world.journal.find(Number(number));
  if (entry === undefined) return undefined;
  const secrets = secretsOf(world);
  const [request, answer] = [entry.request, entry.answer].map(({ headers, body }) => {
    const cut = body.length > MOST_SHOWN;
    const shown = withoutSecrets({ headers, body: cut ? body.slice(0, MOST_SHOWN) : body }, secrets);
    return { ...shown, ...(cut ? { characters: body.length } : {}) };
  });
  return { ...entry, query: hideSecrets(entry.query, secrets), request, answer };
}

/** Returns the keys of a callback, which a person who tests a receiver needs. */
function keysOf({ store }: World, callbackId: string): object | undefined {
  const callback = store.state.callbacks.find((each) => each.callbackId === callbackId);
  return callback && { signatureKey: callback.signatureKey, verificationKey: callback.verificationKey };
}

/** Returns a sample event of a type, without drawing from the simulator's random numbers. */
function sampleOf({ clock, deliveries }: World, eventCategoryType: string): object | undefined {
  if (!Object.hasOwn(CATALOGUE, eventCategoryType)) return undefined;
  return payloadOf({ eventCategoryType }, { now: clock.now(), ...deliveries.home, random: new Random(0) });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
