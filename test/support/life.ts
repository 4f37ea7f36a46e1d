import { readFileSync, statSync } from "node:fs";
import type { Answers, Collection } from "pulumi-ens-simulator";
import { type DynamicHost, type Properties, Refused, type Shown, startDynamicHost, textOf } from "./dynamic-host";
import { postAgain } from "./receiver";
import type { Services } from "./world";

export type KindName = "AuthScheme" | "Callback" | "Subscription";

/** An output of another resource that a program passes to a resource. */
export interface Reference {
  readonly resource: string;
  readonly output: string;
}
export const from = (resource: string, output: string): Reference => ({ resource, output });

/** Pulumi's placeholder for an unknown value. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * A step of a life. Values may be references. `<folder>` in a string is a folder of the test. With `waits`, the number
 * of requests depends on the clock, so repeated requests are recorded once.
 */
export type Step =
  /** Checks and compares the inputs of a program, and then creates, updates or replaces like the engine. */
  | { readonly up: string; readonly program: Properties; readonly waits?: true }
  /** Checks and compares, without a change. */
  | { readonly preview: string; readonly program: Properties }
  /** Reads the object and compares it with the inputs of the last run. */
  | { readonly refresh: string }
  | { readonly destroy: string; readonly waits?: true }
  /** Reads an object that the resource did not create, for a resource with the option `id`. */
  | { readonly get: string; readonly id: string | Reference; readonly program: Properties }
  /** Deletes the entry from the state. The object stays in ENS. */
  | { readonly forget: string }
  /** Starts a new process much later. The process does not repeat a GET that returns 404. */
  | "later"
  /** Changes or deletes the object of a resource in Setup, or adds another object. */
  | { readonly inSetup: "change"; readonly of: string; readonly to: Properties }
  | { readonly inSetup: "delete"; readonly of: string }
  | { readonly inSetup: "add"; readonly collection: Collection; readonly object: Properties }
  /** Whether the receiver returns verification keys. When it starts to, it also returns the keys that it kept. */
  | { readonly receiver: "verifies" | "keeps keys" }
  | { readonly switches: Answers }
  /** Reads a file and its permissions. */
  | { readonly file: string };

export interface Life {
  readonly resources: Readonly<Record<string, KindName>>;
  readonly steps: readonly Step[];
}

/** One call of the engine, and its effects. */
export interface Recorded {
  readonly call: string;
  /** The values from the engine that are not in an earlier response. */
  readonly given?: unknown;
  /** Requests in order: those of the process, and those of ENS to the servers of the customer. */
  readonly sent: readonly Sent[];
  readonly shown: readonly Shown[];
  readonly answer?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly half?: unknown };
}

interface Sent {
  readonly request: string;
  readonly body?: unknown;
  readonly status: number;
}

interface Entry {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
}

const COLLECTIONS = {
  AuthScheme: "authentications",
  Callback: "callbacks",
  Subscription: "subscriptions",
} as const satisfies Record<KindName, Collection>;
const IDS = { AuthScheme: "authId", Callback: "callbackId", Subscription: "subscriptionId" } as const;
const LONG_AGO = "2020-01-01T00:00:00.000Z";
/** The user agent of `fetch` in Node.js. The receiver of these tests uses `fetch`, and the provider does not. */
const RECEIVER = "node";

/** The environment of a life. `folder` is for files. */
export interface Surroundings {
  readonly services: Services;
  readonly hosts: Hosts;
  readonly folder: string;
}

/**
 * Runs a life in the order of the engine's calls, against services that are reset first. `expected` is the earlier
 * recording. Lines for the engine are sent separately and may arrive after the response, so the function waits for the
 * recorded number of lines.
 */
export async function drive(
  { resources, steps }: Life,
  { services, hosts, folder }: Surroundings,
  expected: readonly Recorded[] | undefined,
): Promise<Recorded[]> {
  const { simulator, receiver } = services;
  const { admin } = simulator;
  await admin.reset();
  const recorded: Recorded[] = [];
  const entries = new Map<string, Entry>();
  let host = await hosts.next();
  let shownBefore = 0;
  let verifies = true;
  let waits = false;
  receiver.verifies = false;
  // Verifies before the response, so that the number of status requests does not depend on timing.
  receiver.beforeProbeAnswer = async ({ body }) => {
    if (verifies) await postAgain(simulator, "/platform/v1/ens-verify", body);
  };

  /** Calls, records, and resolves with the response, or with `undefined` after an error. */
  async function record<Answer>(
    call: string,
    work: () => Promise<Answer>,
    given?: unknown,
  ): Promise<{ answer?: Answer; refused?: Refused }> {
    await admin.clearJournal();
    const outcome = await work().then(
      (answer) => ({ answer }),
      (error: unknown) => {
        if (error instanceof Refused) return { refused: error };
        throw error;
      },
    );
    const shown = await linesOf(expected?.[recorded.length]?.shown.length);
    const answer = "answer" in outcome ? outcome.answer : undefined;
    const refused = "refused" in outcome ? outcome.refused : undefined;
    const half = refused?.half === undefined ? {} : { half: refused.half };
    recorded.push({
      call,
      ...(given === undefined ? {} : { given }),
      sent: waits ? withoutRepeats(await sent()) : await sent(),
      shown,
      ...(answer === undefined ? {} : { answer }),
      ...(refused === undefined ? {} : { error: { code: refused.code, message: refused.message, ...half } }),
    });
    return outcome;
  }

  async function sent(): Promise<Sent[]> {
    const journal = await admin.journal();
    return journal
      .filter(({ client, request }) => client === "outbound" || request.headers["user-agent"] !== RECEIVER)
      .map(({ client, method, path, query, status, request: { body } }) => ({
        request: `${client === "outbound" ? "ENS sends " : ""}${method} ${path}${query}`,
        ...(body === "" ? {} : { body: parsed(body) }),
        status,
      }));
  }

  async function linesOf(count: number | undefined): Promise<Shown[]> {
    const until = Date.now() + (count === undefined ? 300 : 3000);
    const wanted = count === undefined ? Number.POSITIVE_INFINITY : shownBefore + count;
    while (host.shown.length < wanted && Date.now() < until) await pause(10);
    const lines = host.shown.slice(shownBefore);
    shownBefore = host.shown.length;
    return lines;
  }

  const kindOf = (name: string) => resources[name] as KindName;
  const called = (what: string, name: string) => `${what} ${kindOf(name)} ${name}`;
  const entryOf = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new Error(`there is no entry ${name} at this point of the life`);
    return entry;
  };
  const resolved = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll("<folder>", folder);
    if (Array.isArray(value)) return value.map(resolved);
    if (typeof value !== "object" || value === null) return value;
    if ("resource" in value && "output" in value) {
      const { resource, output } = value as Reference;
      return entryOf(resource).state[output];
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each)]));
  };
  const asked = (name: string, program: Properties) =>
    ({ ...(resolved(program) as Properties), ...textOf(kindOf(name)) }) as Properties;

  async function check(name: string, news: Properties, olds: Properties): Promise<Properties | undefined> {
    const { answer } = await record(called("check", name), () => host.check(news, olds), news);
    return answer === undefined || answer.failures.length > 0 ? undefined : answer.inputs;
  }

  async function create(name: string, inputs: Properties): Promise<boolean> {
    const { answer, refused } = await record(called("create", name), () => host.create(inputs));
    if (answer !== undefined) entries.set(name, { ...answer, inputs });
    const half = refused?.half;
    if (half !== undefined) entries.set(name, { id: half.id, state: half.properties, inputs });
    return answer !== undefined;
  }

  async function remove(name: string, { id, state }: Entry): Promise<boolean> {
    const { refused } = await record(called("delete", name), () => host.delete(id, state));
    return refused === undefined;
  }

  async function up(name: string, program: Properties): Promise<void> {
    const news = asked(name, program);
    const before = entries.get(name);
    const inputs = await check(name, news, before?.inputs ?? {});
    if (inputs === undefined) return;
    if (before === undefined) return void (await create(name, inputs));
    const { id, state } = before;
    const { answer: difference } = await record(called("diff", name), () => host.diff(id, state, inputs));
    if (difference === undefined) return;
    if (!difference.changes) return void entries.set(name, { ...before, inputs });
    if (difference.replaces.length > 0) return replace(name, before, news, difference.deleteBeforeReplace);
    const { answer, refused } = await record(called("update", name), () => host.update(id, state, inputs));
    if (answer !== undefined) entries.set(name, { id, inputs, state: answer });
    else if (refused?.half !== undefined) entries.set(name, { id, inputs, state: refused.half.properties });
  }

  /** Replaces an object. The engine checks the inputs again, without old inputs, before it creates the new object. */
  async function replace(name: string, old: Entry, news: Properties, deletesFirst: boolean): Promise<void> {
    const inputs = await check(name, news, {});
    if (inputs === undefined) return;
    if (deletesFirst && !(await remove(name, old))) return;
    if (deletesFirst) entries.delete(name);
    const isMade = await create(name, inputs);
    if (!deletesFirst && isMade) await remove(name, old);
  }

  async function preview(name: string, program: Properties): Promise<void> {
    const before = entries.get(name);
    const inputs = await check(name, asked(name, program), before?.inputs ?? {});
    if (inputs === undefined || before === undefined) return;
    await record(called("diff", name), () => host.diff(before.id, before.state, inputs));
  }

  async function refresh(name: string): Promise<void> {
    const { id, state, inputs } = entryOf(name);
    const { answer } = await record(called("read", name), () => host.read(id, state));
    if (answer === undefined) return;
    if (answer.id === "") return void entries.delete(name);
    const known = Object.keys(answer.inputs).length === 0 ? inputs : answer.inputs;
    entries.set(name, { id, state: answer.state, inputs: known });
    await record(called("diff", name), () => host.diff(id, answer.state, known));
  }

  async function goOnLater(): Promise<void> {
    await host.close();
    host = await hosts.next();
    shownBefore = 0;
    for (const [name, entry] of entries) {
      const { createdAt, verifiedAt } = entry.state;
      const aged = {
        ...(createdAt === undefined ? {} : { createdAt: LONG_AGO }),
        ...(verifiedAt === undefined ? {} : { verifiedAt: LONG_AGO }),
      };
      entries.set(name, { ...entry, state: { ...entry.state, ...aged } });
    }
  }

  async function take(step: Step): Promise<unknown> {
    if (step === "later") return goOnLater();
    if ("up" in step) return up(step.up, step.program);
    if ("preview" in step) return preview(step.preview, step.program);
    if ("refresh" in step) return refresh(step.refresh);
    if ("destroy" in step) {
      if (await remove(step.destroy, entryOf(step.destroy))) entries.delete(step.destroy);
      return undefined;
    }
    if ("get" in step) {
      const given = asked(step.get, step.program);
      return record(called("read", step.get), () => host.read(String(resolved(step.id)), given), given);
    }
    if ("forget" in step) return entries.delete(step.forget);
    if ("file" in step) return recorded.push(fileAsFound(step.file, String(resolved(step.file))));
    if ("switches" in step) return admin.switches(step.switches);
    if ("receiver" in step) {
      verifies = step.receiver === "verifies";
      return verifies ? receiver.verifyNow() : undefined;
    }
    if (step.inSetup === "add") return admin.add(step.collection, resolved(step.object) as object);
    const collection = COLLECTIONS[kindOf(step.of)];
    const id = String(entryOf(step.of).state[IDS[kindOf(step.of)]]);
    if (step.inSetup === "delete") return admin.remove(collection, id);
    return admin.patch(collection, id, resolved(step.to) as object);
  }

  try {
    for (const step of steps) {
      waits = typeof step === "object" && "waits" in step;
      await take(step);
    }
    await pause(100);
    const more = host.shown.slice(shownBefore);
    if (more.length > 0) recorded.push({ call: "none: lines that came after the last answer", sent: [], shown: more });
  } finally {
    await host.close();
  }
  return named(recorded, folder);
}

/**
 * A supply of processes. The next process starts while the current one works, because a start takes longer than most
 * steps.
 */
export interface Hosts {
  next(): Promise<DynamicHost>;
  close(): Promise<void>;
}

export function hostsFor({ simulator }: Services): Hosts {
  const { restUrl: ENS_REST_URL, authUrl: ENS_AUTH_URL } = simulator;
  const env = { ENS_REST_URL, ENS_AUTH_URL, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret" };
  const start = () => {
    const started = startDynamicHost({ env }).then(async (host) => {
      await host.check(textOf("AuthScheme")); // loads the provider, and fails before the provider stores anything
      return host;
    });
    started.catch(() => {}); // `next` rejects with this error
    return started;
  };
  let spare = start();
  return {
    next() {
      const host = spare;
      spare = start();
      return host;
    },
    close: async () => (await spare).close(),
  };
}

function fileAsFound(name: string, path: string): Recorded {
  const mode = `0${(statSync(path).mode & 0o777).toString(8)}`;
  return { call: `none: the file ${name}`, sent: [], shown: [], answer: { mode, text: readFileSync(path, "utf8") } };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Keeps one copy of a request, or of a pair of requests, that repeats itself. */
function withoutRepeats(all: readonly Sent[]): Sent[] {
  const kept: Sent[] = [];
  for (const each of all) {
    kept.push(each);
    for (const length of [1, 2]) {
      const [last, before] = [kept.slice(-length), kept.slice(-2 * length, -length)];
      if (kept.length >= 2 * length && JSON.stringify(last) === JSON.stringify(before)) kept.splice(-length);
    }
  }
  return kept;
}

/**
 * Replaces values that differ between runs, or that do not help a reader, by names that are counted in order of
 * appearance.
 */
function named(recorded: readonly Recorded[], folder: string): Recorded[] {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (sort: string) => (value: string) => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(sort) ?? 0) + 1;
    counts.set(sort, count);
    names.set(value, `<${sort} ${count}>`);
    return `<${sort} ${count}>`;
  };
  const text = (value: string) =>
    value
      .replaceAll(folder, "<folder>")
      .replaceAll(UNKNOWN, "<unknown>")
      .replaceAll(/exports\.handler=\(\)=>require\("pulumi-ens\/runtime"\)\.provider\("(\w+)"\)/g, "<text of $1>")
      .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, nameOf("id"))
      .replaceAll(/[\w+/]{43}=/g, nameOf("key"))
      .replaceAll(/\b(?!2020-01-01)\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>");
  const all = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(all);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, all(each)]));
  };
  // A file does not contain properties with the value `undefined`.
  return JSON.parse(JSON.stringify(all(recorded))) as Recorded[];
}
