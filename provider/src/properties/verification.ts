import { duration, extend, form, httpsUrl, integer, program, table, text } from "./types";

const waiting = table({
  /**
   * How long to wait, with its unit, `"1s"` to `"4h"`.
   * @default "5m"
   */
  timeout: { type: duration("1s", "4h"), input: "optional", default: "5m" },
});

/**
 * The ways to get a callback verified: who gives the verification key back to ENS. The first one is the default. Each has a
 * file of its own in verification/.
 */
export const strategies = {
  /** Your receiver gives the key back by itself, and we wait for it. */
  receiver: waiting,
  /** Your receiver keeps what ENS posted and hands it out at a protected address. */
  pull: extend(
    table({
      /** The https address of the key; `{callbackId}` in it stands for the id. It answers 404 until the key is there. */
      url: {
        type: httpsUrl("the https address at which your receiver hands out the key", {
          port: true,
          query: true,
          loopback: true,
        }),
        input: "required",
      },
      /** Sent as `Authorization: Bearer`. Secret. */
      bearerToken: {
        type: text("the token that your receiver asks for, or leave it out"),
        input: "optional",
        secret: true,
      },
      /** Signs our request. Secret. */
      hmacSecret: {
        type: text("the secret with which our request is signed, or leave it out"),
        input: "optional",
        secret: true,
      },
    }),
    waiting,
  ),
  /** Somebody writes what ENS posted into a file on this machine. */
  file: extend(
    table({
      /** The file; `{callbackId}` in its path stands for the id. */
      path: { type: text("the file into which the receiver writes what ENS posted"), input: "required" },
    }),
    waiting,
  ),
  /** A program prints the key; the id is in `ENS_CALLBACK_ID`, the url in `ENS_CALLBACK_URL`. */
  command: extend(
    table({
      /** The program and its arguments. There is no shell. */
      command: { type: program, input: "required" },
    }),
    waiting,
  ),
  /** We are the receiver while the callback is made: a tunnel brings its `url` to this port on this machine. */
  listener: extend(
    table({
      /** A port of this machine, 1024 to 65535. */
      port: { type: integer("a port of this machine from 1024 to 65535", 1024, 65535), input: "required" },
    }),
    waiting,
  ),
  /** A person reads the key somewhere: the first run ends with what to do, the next one takes the key. */
  manual: table({
    /** The key that ENS posted, or the whole JSON that holds it. Secret. */
    verificationKey: { type: form<string>().of("verificationKey"), input: "optional", secret: true },
  }),
  /** Nobody verifies it, and it takes no subscriptions. */
  none: table({}),
} as const;

/** The name of a strategy. */
export type Strategy = keyof typeof strategies;
