import { z } from "zod";
import { milliseconds } from "../validation/duration";
import { notOneOf, wrong } from "../validation/problem";
import { duration, httpsUrl, text, words } from "../validation/validators";
import { command } from "./command";
import { file } from "./file";
import { listener } from "./listener";
import { manual } from "./manual";
import { pull } from "./pull";
import { keyProblem } from "./read-key";
import { receiver } from "./receiver";
import type { KeySource, Target } from "./strategy";

const timeout = duration("1s", "4h").default("5m");
const STRATEGIES = ["receiver", "pull", "file", "command", "listener", "manual", "none"];
const PORT = "a port of this machine from 1024 to 65535";

const receiverOptions = z.strictObject({ strategy: z.literal("receiver"), timeout });
const pullOptions = z.strictObject({
  strategy: z.literal("pull"),
  url: httpsUrl("the https address at which your receiver hands out the key", {
    port: true,
    query: true,
    loopback: true,
  }),
  bearerToken: text("the token that your receiver asks for, or leave it out").optional(),
  hmacSecret: text("the secret with which our request is signed, or leave it out").optional(),
  timeout,
});
const fileOptions = z.strictObject({
  strategy: z.literal("file"),
  path: text("the file into which the receiver writes what ENS posted"),
  timeout,
});
const commandOptions = z.strictObject({
  strategy: z.literal("command"),
  command: words,
  timeout,
});
const listenerOptions = z.strictObject({
  strategy: z.literal("listener"),
  port: z
    .int({ error: (issue) => wrong(issue.input, PORT) })
    .min(1024, { error: ({ input }) => `is ${input}, below 1024; give ${PORT}` })
    .max(65535, { error: ({ input }) => `is ${input}, above 65535; give ${PORT}` }),
  timeout,
});
const manualOptions = z.strictObject({
  strategy: z.literal("manual"),
  verificationKey: text("the key that ENS posted, as a secret")
    .refine((given) => keyProblem(given) === undefined, {
      error: ({ input }) =>
        `${keyProblem(String(input))}; give the key that ENS posted, or the whole JSON that holds it`,
    })
    .optional(),
});
const noneOptions = z.strictObject({ strategy: z.literal("none") });

const strategies = z.discriminatedUnion(
  "strategy",
  [receiverOptions, pullOptions, fileOptions, commandOptions, listenerOptions, manualOptions, noneOptions],
  {
    error: ({ input }) =>
      isObject(input) ? notOneOf(input.strategy, STRATEGIES) : wrong(input, "an object with a strategy"),
  },
);

/** How a callback gets verified. Without a word about it, its receiver does it. */
export const verificationOptions = z.preprocess(
  (given) => (isObject(given) ? { strategy: "receiver", ...given } : given),
  strategies,
);

export type VerificationInputs = z.input<typeof strategies>;
export type VerificationOptions = z.output<typeof verificationOptions>;

/** How long to wait: no time at all where a person, or nobody, gives the key. In milliseconds. */
export function waiting(options: VerificationOptions): number {
  return "timeout" in options ? (milliseconds(options.timeout) as number) : 0;
}

/** Where the key comes from; `undefined` when the callback shall stay unverified. */
export async function keySource(options: VerificationOptions, target: Target): Promise<KeySource | undefined> {
  switch (options.strategy) {
    case "receiver":
      return receiver(target);
    case "pull":
      return pull(options, target);
    case "file":
      return file(options);
    case "command":
      return command(options, target);
    case "listener":
      return listener(options, target);
    case "manual":
      return manual(options, target);
    case "none":
      return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
