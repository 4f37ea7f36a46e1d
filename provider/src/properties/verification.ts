import { duration, extend, form, httpsUrl, integer, program, table, text } from "./types";

const waiting = table({
  /**
   * How long to wait for the verification: a number with its unit, `"1s"` to `"4h"`.
   * @default "5m"
   */
  timeout: { type: duration("1s", "4h"), input: "optional", default: "5m" },
});

/**
 * Strategies to return the verification key to ENS. The first one is the default. Each strategy has its own file in
 * verification/.
 */
export const strategies = {
  /** Your receiver returns the verification key to ENS, and the provider waits for the verification. */
  receiver: waiting,
  /** Your receiver stores the body of the verification request, and the provider reads it from a protected URL. */
  pull: extend(
    table({
      /**
       * URL (https) from which the provider reads the body. `{callbackId}` in the URL is replaced by the id of the
       * callback. The URL must return 404 until ENS has sent the verification request.
       */
      url: {
        type: httpsUrl("the https URL from which the provider reads the verification key", {
          port: true,
          query: true,
          loopback: true,
        }),
        input: "required",
      },
      /** Token that the provider sends as `Authorization: Bearer`. Secret. */
      bearerToken: {
        type: text("the token that your receiver expects, or leave it out"),
        input: "optional",
        secret: true,
      },
      /** Secret with which the provider signs its request (HMAC-SHA256). Secret. */
      hmacSecret: {
        type: text("the secret with which the request is signed, or leave it out"),
        input: "optional",
        secret: true,
      },
    }),
    waiting,
  ),
  /**
   * Another process writes the body of the verification request to a file on this machine, and the provider reads it.
   */
  file: extend(
    table({
      /** Path of the file. `{callbackId}` in the path is replaced by the id of the callback. */
      path: { type: text("the path of the file with the body of the verification request"), input: "required" },
    }),
    waiting,
  ),
  /**
   * A program prints the verification key. Its environment contains the id of the callback as `ENS_CALLBACK_ID` and the
   * URL as `ENS_CALLBACK_URL`.
   */
  command: extend(
    table({
      /** Program and its arguments. No shell is used. */
      command: { type: program, input: "required" },
    }),
    waiting,
  ),
  /**
   * The provider receives the verification request itself while it creates the callback. A tunnel must forward `url` to
   * `port` on this machine.
   */
  listener: extend(
    table({
      /** Port on this machine, 1024 to 65535. */
      port: { type: integer("a port of this machine from 1024 to 65535", 1024, 65535), input: "required" },
    }),
    waiting,
  ),
  /** A person copies the verification key. The first run fails with instructions, and the next run uses the key. */
  manual: table({
    /** Verification key that ENS posted, or the whole JSON body that contains it. Secret. */
    verificationKey: { type: form<string>().of("verificationKey"), input: "optional", secret: true },
  }),
  /** The callback stays unverified. ENS accepts no subscriptions for it. */
  none: table({}),
} as const;

/** Name of a strategy. */
export type Strategy = keyof typeof strategies;
