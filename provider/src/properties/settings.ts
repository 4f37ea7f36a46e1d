import { duration, form, table, text } from "./types";

/** A business unit's MID, which programs also have as a number. */
const mid = form<string | number>().of("mid");

/**
 * The settings: arguments of an `ens.Provider`, `ens:<name>` in the stack configuration, `ENS_<NAME>` in the environment.
 * Their values are texts everywhere.
 */
export const settings = table({
  /** The tenant's subdomain, 28 characters that begin with `mc`. Or `restUrl` and `authUrl`. */
  subdomain: { type: text("the tenant's subdomain"), input: "optional" },
  /** The client id of the installed package. */
  clientId: { type: text("the client id of the installed package"), input: "required" },
  /** The client secret of the installed package. Secret. */
  clientSecret: { type: text("the client secret of the installed package"), input: "required", secret: true },
  /** The business unit (MID) to act in. Left out, it is the one that owns the installed package. */
  accountId: { type: mid, input: "optional" },
  /** The business unit (MID) that the token must turn out to be for, or nothing is read or changed. */
  expectAccountId: { type: mid, input: "optional" },
  /** Another token endpoint than the subdomain's: https, or http on a loopback address. */
  authUrl: { type: text("the origin of the token endpoint"), input: "optional" },
  /** Another REST origin than the subdomain's: https, or http on a loopback address. */
  restUrl: { type: text("the origin of the REST API"), input: "optional" },
  /**
   * How long a replaced subscription stays beside the new one, until that is in effect: a time with its unit, `"0s"` to
   * `"10m"`.
   * @default "2m"
   */
  activationWait: { type: duration("0s", "10m"), input: "optional", absent: "2m" },
  /** How ENS takes auth schemes, where that is not as assumed: words with commas, like `"array,put-id-in-path"`. */
  authSchemeShape: { type: text("words with commas"), input: "optional" },
});

/** The name of a setting. */
export type Setting = keyof typeof settings;
