import type { Simulator } from "pulumi-ens-simulator";
import type { Command } from "../../provider/src/cli/command";
import type { Terminal } from "../../provider/src/cli/shared/terminal";
import type { Clock } from "../../provider/src/ens/clock";
import { instantClock } from "./lifecycle";

export const CLIENT_SECRET = "client-secret-marker";

/** Returns a terminal that records its output and gives these answers. Without answers, it cannot ask questions. */
export interface FakeTerminal extends Terminal {
  printed: string;
  noted: string;
  readonly questions: string[];
  readonly progresses: string[];
}

export function fakeTerminal(
  env: NodeJS.ProcessEnv,
  { answers, input = "", clock = instantClock() }: { answers?: string[]; input?: string; clock?: Clock } = {},
): FakeTerminal {
  const terminal: FakeTerminal = {
    env,
    clock,
    printed: "",
    noted: "",
    questions: [],
    progresses: [],
    print(text) {
      terminal.printed += `${text}\n`;
    },
    note(text) {
      terminal.noted += `${text}\n`;
    },
    progress: (text) => void terminal.progresses.push(text),
    paint: (_, text) => text,
    readInput: async () => input,
    ...(answers === undefined
      ? {}
      : {
          ask: async (question: string) => {
            terminal.questions.push(question);
            return answers.shift() ?? "";
          },
        }),
  };
  return terminal;
}

/** Returns the environment variables for a simulator. */
export function environmentOf({ restUrl, authUrl }: Pick<Simulator, "restUrl" | "authUrl">): NodeJS.ProcessEnv {
  return {
    ENS_REST_URL: restUrl,
    ENS_AUTH_URL: authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: CLIENT_SECRET,
  };
}

export interface Ran extends FakeTerminal {
  readonly code: number;
  /** Returns the JSON document on stdout. */
  document<Document = Record<string, unknown>>(): Document;
}

/** Runs a command in a new terminal. */
export async function runCommand(
  command: Command,
  args: string[],
  env: NodeJS.ProcessEnv,
  options: Parameters<typeof fakeTerminal>[1] = {},
): Promise<Ran> {
  const terminal = fakeTerminal(env, options);
  const code = await command.run(args, terminal);
  return Object.assign(terminal, { code, document: <Document>() => JSON.parse(terminal.printed) as Document });
}

/** Returns the client secret, all keys, and all tokens of the simulator. */
export async function secretsOf({ admin }: Simulator): Promise<string[]> {
  const { callbacks } = await admin.state();
  const given = await admin.journal({ client: "auth", status: 200 });
  const tokens = given.map(({ answer }) => (JSON.parse(answer.body) as { access_token: string }).access_token);
  const keys = callbacks.flatMap(({ signatureKey, verificationKey }) => [signatureKey, verificationKey]);
  return [CLIENT_SECRET, ...tokens, ...keys];
}

const EVENTS = { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"], filters: ["definitionKey=a"] };
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Adds callbacks on three hosts with two subscriptions each. Of ten, one is unverified, one suspended and one unused. */
export async function fillUnit({ admin }: Simulator, count = 30): Promise<void> {
  for (const at of numbers(count)) {
    const status = at % 10 === 3 ? "unverified" : at % 10 === 7 ? "suspended" : "verified";
    const statusReason = status === "suspended" ? "too many failures" : "none";
    const callbackName = `shop-${String(at).padStart(2, "0")}`;
    const url = `https://hooks${at % 3}.example.org/path-marker/${at}`;
    const authId = at % 2 === 0 ? { authId: `scheme-${at % 4}` } : {};
    const callbackId = await admin.add("callbacks", { callbackName, url, status, statusReason, ...authId });
    for (const part of at % 10 === 9 ? [] : ["open", "sent"]) {
      const state = part === "open" && at % 5 === 0 ? "paused" : "active";
      await admin.add("subscriptions", {
        callbackId,
        subscriptionName: `${callbackName}-${part}`,
        status: state,
        ...EVENTS,
      });
    }
  }
}
