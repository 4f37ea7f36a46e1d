import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { EVENT_TYPES } from "pulumi-ens-receiver";
import { CATALOGUE, startSimulator } from "pulumi-ens-simulator";
import ts from "typescript";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const ROOT = resolve(__dirname, "../..");
const TYPES = Object.keys(EVENT_TYPES);

test("the kit and the simulator share no code but know the same event types and filter keys", () => {
  expect(EVENT_TYPES).toEqual(CATALOGUE);
});

test("each event that the simulator delivers has the fields that its type declares, and no others", async () => {
  const events = await deliverAll();
  expect(events.map(({ eventCategoryType }) => eventCategoryType).sort()).toEqual([...TYPES].sort());
  const program = [
    'import type { EventOf } from "pulumi-ens-receiver";',
    // An index signature would accept any field.
    "type Declared<T> = T extends object ? { [K in keyof T as string extends K ? never : K]: Declared<T[K]> } : T;",
    ...events.map(
      (event, at) =>
        `export const e${at}: Declared<EventOf<${JSON.stringify(event.eventCategoryType)}>> = ${JSON.stringify(event)};`,
    ),
  ];
  expect(problemsOf(program.join("\n"))).toEqual([]);
  // The check detects an extra field, a missing field and a field of another type.
  const bounced = events.find(({ eventCategoryType }) => eventCategoryType.endsWith("EmailBounced")) as Event;
  const wrong = [
    { ...bounced, bounceCod: "HARD" },
    { ...bounced, info: {} },
    { ...bounced, timestampUTC: "now" },
  ].map(
    (event, at) =>
      `export const w${at}: Declared<EventOf<"TransactionalSendEvents.EmailBounced">> = ${JSON.stringify(event)};`,
  );
  expect(problemsOf([...program.slice(0, 2), ...wrong].join("\n"))).toHaveLength(3);
});

type Event = { readonly eventCategoryType: string };

/** Returns one event of each type, as a receiver gets it. */
async function deliverAll(): Promise<Event[]> {
  const receiver: Receiver = await startReceiver();
  const simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  try {
    const { restUrl, authUrl } = simulator;
    receiver.verifyAt(simulator);
    const token = await tokenOf(authUrl);
    const send = (path: string, body: object) => post(`${restUrl}/platform/v1/${path}`, JSON.stringify([body]), token);
    const made = await send("ens-callbacks", { callbackName: "all", url: "https://hooks.example.org/all" });
    const [{ callbackId }] = (await made.json()) as [{ callbackId: string }];
    await verified(simulator, callbackId);
    const subscribed = await send("ens-subscriptions", {
      subscriptionName: "all",
      callbackId,
      eventCategoryTypes: TYPES,
      filters: [],
    });
    expect(subscribed.status).toBe(201);
    await simulator.admin.emit(TYPES.map((eventCategoryType) => ({ eventCategoryType })));
    return receiver.received.flatMap(({ body }) => JSON.parse(body) as Event[]);
  } finally {
    await simulator.close();
    await receiver.close();
  }
}

async function verified(simulator: Awaited<ReturnType<typeof startSimulator>>, callbackId: string): Promise<void> {
  for (;;) {
    const { callbacks } = await simulator.admin.state();
    if (callbacks.some((each) => each.callbackId === callbackId && each.status === "verified")) return;
    await new Promise((done) => setImmediate(done));
  }
}

/** Returns the TypeScript errors of a program that uses the kit. */
function problemsOf(program: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  try {
    const file = join(folder, "program.ts");
    writeFileSync(file, program);
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(join(ROOT, "tsconfig.base.json"), ts.sys.readFile).config,
      ts.sys,
      ROOT,
    );
    const paths = { "pulumi-ens-receiver": [join(ROOT, "receiver/src/index.ts")] };
    const types = { typeRoots: [join(ROOT, "node_modules/@types")], paths };
    const compiled = ts.createProgram([file], { ...options, ...types, noEmit: true });
    const source = compiled.getSourceFile(file);
    return compiled
      .getSemanticDiagnostics(source)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
