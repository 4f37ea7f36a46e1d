import { connect } from "node:net";
import Ajv from "ajv/dist/2020";
import fc from "fast-check";
import { CATALOGUE, QUESTIONS, type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { filledIn, fitting, hostile, nearly, type Schema } from "../support/from-schema";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

// Long enough for many runs.
jest.setTimeout(300_000);

// FUZZ_RUNS sets the number of runs. FUZZ_SEED repeats a failure, which prints its seed.
const PARAMETERS = { numRuns: Number(process.env.FUZZ_RUNS ?? 40), seed: Number(process.env.FUZZ_SEED ?? 20_261_125) };

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body: Schema | undefined;
  readonly answers: Readonly<Record<string, { readonly $ref?: string; readonly content?: Content }>>;
}
type Content = { readonly "application/json": { readonly schema: Schema } };
interface Document {
  readonly paths: Record<
    string,
    Record<string, { requestBody?: { content: Content }; responses: Operation["answers"] }>
  >;
  readonly components: { readonly responses: Operation["answers"] };
}

let receiver: Receiver;
let operations: Operation[];
let shared: Operation["answers"];

beforeAll(async () => {
  receiver = await startReceiver();
  receiver.verifies = false;
  const simulator = await startSimulator();
  const document = (await (await fetch(`${simulator.adminUrl}/openapi.json`)).json()) as Document;
  await simulator.close();
  shared = document.components.responses;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, responses }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody?.content["application/json"].schema,
      answers: responses,
    })),
  );
});
afterAll(() => receiver.close());

const paths = ["a", "b", "c"].map((name) => `https://hooks.example.org/${name}`);
const TEXTS = {
  url: paths,
  authUrl: ["https://login.example.org/token"],
  callbackName: ["a", "b"],
  subscriptionName: ["s", "t", "u"],
  eventCategoryTypes: Object.keys(CATALOGUE).slice(0, 4),
  eventCategoryType: Object.keys(CATALOGUE).slice(0, 4),
  filters: ["definitionKey=a", "definitionKey=(", "statusCode=1", "nothing=1", "no pair"],
  client_id: ["sim-client", "sim-client", "somebody"],
  client_secret: ["sim-secret", "sim-secret", "wrong"],
  // The waits of faults are real.
  kind: ["truncated"],
};

interface Step {
  readonly operation: Operation;
  readonly id: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

function steps(of: (operation: Operation) => boolean): fc.Arbitrary<(Step | "verify")[]> {
  const some = operations.filter(of).map((operation) => {
    const fits = fitting(operation.body ?? {}, TEXTS);
    return fc.record({
      operation: fc.constant(operation),
      id: fc.oneof(
        { weight: 5, arbitrary: fc.nat(40).map((at) => `{{id ${at}}}`) },
        { weight: 1, arbitrary: fc.webSegment().filter((text) => /[^.]/.test(text)) },
      ),
      body: fc.oneof(
        { weight: 6, arbitrary: fits.map((value) => JSON.stringify(value)) },
        { weight: 4, arbitrary: nearly(fits).map((value) => JSON.stringify(value) ?? "") },
        { weight: 1, arbitrary: hostile.map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: fc.string() },
      ),
      headers: fc.oneof(
        { weight: 12, arbitrary: fc.constant({}) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            { authorization: "Bearer x" },
            { authorization: "" },
            { "content-type": "text/plain" },
          ),
        },
      ),
    });
  });
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...some) },
    { weight: 1, arbitrary: fc.constant("verify" as const) },
  );
  return fc.array(step, { minLength: 1, maxLength: 25, size: "large" });
}

/** Runs the steps on a new simulator and passes each response to `judge`. */
async function run(
  options: SimulatorOptions,
  all: (Step | "verify")[],
  judge: (operation: Operation, status: number, body: string) => void,
): Promise<void> {
  const connectTo = { "hooks.example.org": receiver.address, "login.example.org": "127.0.0.1:1" };
  const simulator = await startSimulator({ clock: "frozen", connectTo, ...options });
  receiver.verifyAt(simulator);
  try {
    const token = await tokenOf(simulator.authUrl);
    const ids = await prepared(simulator, token);
    for (const step of all) {
      if (step === "verify") {
        // These requests meet faults too.
        await receiver.verifyNow().catch(() => {});
        continue;
      }
      const { method, path } = step.operation;
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...step.headers };
      const url = simulator.restUrl + path.replace("{id}", encodeURIComponent(filledIn(step.id, ids)));
      const body = method === "GET" ? {} : { body: filledIn(step.body, ids) };
      const answer = await fetch(url, { method, headers, ...body });
      const text = await answer.text();
      judge(step.operation, answer.status, text);
      ids.push(...(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []));
    }
  } finally {
    await simulator.close();
  }
}

/** Creates a verified callback. */
async function prepared({ restUrl }: Simulator, token: string): Promise<string[]> {
  const callback = JSON.stringify([{ callbackName: "z", url: "https://hooks.example.org/z" }]);
  const [{ callbackId = "" } = {}] = (await (
    await post(`${restUrl}/platform/v1/ens-callbacks`, callback, token)
  ).json()) as {
    callbackId?: string;
  }[];
  await receiver.verifyNow();
  return [callbackId];
}

const ajv = new Ajv({ strict: false, validateFormats: false });

/** Asserts that the OpenAPI document lists the response for the operation. */
function conforms({ method, path, answers }: Operation, status: number, body: string): void {
  const named = answers[status];
  const answer = named?.$ref === undefined ? named : shared[named.$ref.split("/").at(-1) ?? ""];
  if (answer === undefined) throw new Error(`${method} ${path} answered ${status}, which the document does not name`);
  if (answer.content === undefined) {
    if (body !== "") throw new Error(`${method} ${path} answered ${status} with a body: ${body}`);
    return;
  }
  const valid = ajv.validate(answer.content["application/json"].schema, JSON.parse(body));
  if (!valid) throw new Error(`${method} ${path} answered ${status} with ${body}: ${ajv.errorsText()}`);
}

function worked({ method, path }: Operation, status: number, body: string): void {
  if (status >= 500) throw new Error(`${method} ${path} answered ${status}: ${body}`);
}

const isEns = ({ path }: Operation) => !path.startsWith("/_simulator/") && path !== "/health";

test("any request to ENS gets a response that the OpenAPI document lists, with the documented shape", async () => {
  const seen = new Set<string>();
  const judge: typeof conforms = (operation, status, body) => {
    seen.add(`${operation.method} ${operation.path} ${status}`);
    // The document lists 500 because faults return it.
    worked(operation, status, body);
    conforms(operation, status, body);
  };
  const property = fc.asyncProperty(steps(isEns), (all) => run({ switches: { callAuthUrl: "off" } }, all, judge));
  await fc.assert(property, PARAMETERS);
  // The test proves nothing if every request fails at the first check.
  for (const done of [
    "POST /v2/token 200",
    "POST /platform/v1/ens-subscriptions 201",
    "POST /platform/v1/ens-authentications 201",
  ]) {
    expect(seen).toContain(done);
  }
});

test("no request breaks ENS, whatever the switches are", async () => {
  const turned = fc.record(
    Object.fromEntries(
      Object.entries(QUESTIONS)
        .filter(([name]) => name !== "callAuthUrl")
        .map(([name, question]) => [
          name,
          fc.constantFrom(...("choices" in question ? question.choices : "others" in question ? question.others : [])),
        ]),
    ),
    { requiredKeys: [] },
  );
  const property = fc.asyncProperty(turned, steps(isEns), (switches, all) =>
    run({ switches: { ...switches, callAuthUrl: "off" } }, all, worked),
  );
  await fc.assert(property, PARAMETERS);
});

test("no request to the admin API breaks the admin API or ENS", async () => {
  // These requests ask for a 500 or can cause one.
  const asking = ["/_simulator/faults", "/_simulator/faults/chance", "/platform/v1/ens-authentications"];
  const property = fc.asyncProperty(
    steps(({ path }) => !asking.includes(path)),
    (all) => run({}, all, worked),
  );
  await fc.assert(property, PARAMETERS);
});

test("the admin API responds to any fault", async () => {
  const property = fc.asyncProperty(
    steps(({ path }) => path.startsWith("/_simulator/")),
    (all) => run({}, all, worked),
  );
  await fc.assert(property, PARAMETERS);
});

test("a token request with objects instead of texts is rejected", async () => {
  const simulator = await startSimulator();
  const good = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
  try {
    for (const field of ["grant_type", "client_id", "client_secret", "account_id", "scope"]) {
      const answer = await post(`${simulator.authUrl}/v2/token`, JSON.stringify({ ...good, [field]: { toString: 1 } }));
      expect([400, 401]).toContain(answer.status);
    }
  } finally {
    await simulator.close();
  }
});

describe("malformed HTTP", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  /** Returns what the server sends until it closes the connection or stays silent after a response. */
  function exchange(bytes: string | Uint8Array): Promise<string> {
    return new Promise((resolve) => {
      let said = "";
      const socket = connect(Number(new URL(simulator.restUrl).port), "127.0.0.1", () => socket.end(bytes));
      socket.on("data", (chunk) => {
        said += chunk;
      });
      socket.on("error", () => resolve(said));
      socket.on("close", () => resolve(said));
    });
  }

  const CALLBACKS = "/platform/v1/ens-callbacks";
  const target = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
  test.each([
    ["no HTTP", "hello\r\n\r\n"],
    ["an unknown method", `BREW ${CALLBACKS} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["no host", `GET ${CALLBACKS} HTTP/1.1\r\n\r\n`],
    ["HTTP/1.0", `GET ${CALLBACKS} HTTP/1.0\r\n\r\n`],
    ["a header without colon", `GET ${CALLBACKS} HTTP/1.1\r\nHost x\r\n\r\n`],
    ["two lengths", `POST ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}`],
    [
      "length and chunks",
      `POST ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["a bad chunk", `POST ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`],
    ["half a body", `POST ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[`],
    ["large headers", `GET ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(100_000)}\r\n\r\n`],
    ["a long path", target(`/${"x".repeat(10_000)}`)],
    ["an absolute target", target("http://other.example.org/platform/v1/ens-callbacks")],
    ["a target that is no url", target("http://[")],
    ["many slashes", target("////platform//v1//ens-callbacks")],
    ["a broken escape", target(`${CALLBACKS}/%`)],
    ["a null byte", target(`${CALLBACKS}/%00`)],
    ["dots", target("/platform/v1/../../_simulator/state/../nothing")],
    ["a name of JavaScript", target("/platform/v1/__proto__")],
    ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    ["CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an upgrade", `GET ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`],
    ["an expectation", `POST ${CALLBACKS} HTTP/1.1\r\nHost: x\r\nExpect: nothing\r\nContent-Length: 0\r\n\r\n`],
    [
      "a body of no UTF-8",
      Buffer.concat([
        Buffer.from(`POST /v2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n`),
        Buffer.from([0xff, 0xfe]),
      ]),
    ],
  ])("%s gets a response other than 500, and the next request succeeds", async (_name, bytes) => {
    expect(await exchange(bytes)).not.toMatch(/^HTTP\/1\.1 5/);
    expect((await fetch(`${simulator.restUrl}${CALLBACKS}`)).status).toBe(401);
  });

  test("random bytes break nothing", async () => {
    const line = fc.constantFrom(
      `GET ${CALLBACKS} HTTP/1.1\r\n`,
      "Host: x\r\n",
      "Content-Length: 3\r\n",
      "\r\n",
      "abc",
      "POST / HTTP/1.1\r\n",
    );
    const bytes = fc.array(fc.oneof(line, fc.string()), { maxLength: 8 }).map((parts) => parts.join(""));
    const property = fc.asyncProperty(bytes, async (sent) => {
      expect(await exchange(sent)).not.toMatch(/HTTP\/1\.1 5/);
    });
    await fc.assert(property, { ...PARAMETERS, numRuns: PARAMETERS.numRuns * 3 });
    expect((await fetch(`${simulator.restUrl}${CALLBACKS}`)).status).toBe(401);
  });
});
