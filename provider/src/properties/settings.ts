import { duration, form, table, text } from "./types";

/** MID of a business unit, which a program may also pass as a number. */
const mid = form<string | number>().of("mid");

/**
 * Settings: arguments of an `ens.Provider`, `ens:<name>` in the stack configuration, `ENS_<NAME>` in the environment.
 * All values are strings.
 */
export const settings = table({
  /** Subdomain of the tenant, 28 characters that begin with `mc`. Not needed if `restUrl` and `authUrl` are set. */
  subdomain: { type: text("the tenant's subdomain"), input: "optional" },
  /** Client id of the installed package. */
  clientId: { type: text("the client id of the installed package"), input: "required" },
  /** Client secret of the installed package. Secret. */
  clientSecret: { type: text("the client secret of the installed package"), input: "required", secret: true },
  /** Business unit (MID) to manage. If it is not set, this is the business unit that owns the installed package. */
  accountId: { type: mid, input: "optional" },
  /** Business unit (MID) that the token must be for. If the token is for another one, nothing is read or changed. */
  expectAccountId: { type: mid, input: "optional" },
  /** Origin of the token endpoint, if it is not the subdomain's: https, or http on a loopback address. */
  authUrl: { type: text("the origin of the token endpoint"), input: "optional" },
  /** Origin of the REST API, if it is not the subdomain's: https, or http on a loopback address. */
  restUrl: { type: text("the origin of the REST API"), input: "optional" },
  /**
   * How long to keep a replaced subscription after the new one was created, so that the new one takes effect before the
   * old one is deleted: a number with its unit, `"0s"` to `"10m"`. `"0s"` disables the wait.
   * @default "2m"
   */
  activationWait: { type: duration("0s", "10m"), input: "optional", absent: "2m" },
  /** Overrides the request format for auth schemes: keywords separated by commas, like `"array,put-id-in-path"`. */
  authSchemeShape: { type: text("keywords separated by commas"), input: "optional" },
});

/** Name of a setting. */
export type Setting = keyof typeof settings;
