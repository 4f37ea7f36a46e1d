import { common } from "./common";
import { choice, extend, flag, httpsUrl, table, text } from "./types";

const NO_CASCADE =
  `is "cascade", but callbacks are never deleted with a scheme: their signature keys would be gone and their receivers ` +
  `deaf; give "restrict" or "retain"`;

const own = table({
  /**
   * ENS's id. ENS may give another one when the scheme is changed; this resource's `id` stays the first one. Pass this,
   * or the resource, to a `Callback`, which then follows in place.
   */
  authId: { type: text("an id"), identity: "may differ", output: "always", ens: "told" },
  /** How ENS gets a token: `client_credentials`, or `password`, which is legacy. */
  grantType: { type: choice(["client_credentials", "password"]), input: "required", ens: "stored" },
  /** Your token endpoint: https, reachable from the internet, answers within 2 s with an `access_token`. */
  authUrl: {
    type: httpsUrl("the https address of your authorization server's token endpoint", { port: true, query: true }),
    input: "required",
    ens: "stored",
  },
  /** The client id that your authorization server gave out for ENS. Secret. */
  clientId: {
    type: text("the client id that your authorization server gave out for ENS"),
    input: "required",
    ens: "stored",
    secret: true,
  },
  /** The client secret that belongs to `clientId`. Changing it updates the scheme in place. Secret. */
  clientSecret: {
    type: text("the client secret that belongs to clientId"),
    input: "required",
    ens: "stored",
    secret: true,
  },
  /** The user that ENS signs in as, for the password grant. Secret. */
  username: {
    type: text("the user that ENS signs in as, with the password grant"),
    input: "optional",
    ens: "stored",
    secret: true,
  },
  /** The password of `username`, for the password grant. Secret. */
  password: {
    type: text("the password of username, with the password grant"),
    input: "optional",
    ens: "stored",
    secret: true,
  },
  /** OAuth scopes, separated by spaces. Whether ENS sends them is not documented. */
  scope: { type: text("the scopes, separated by spaces, or leave it out"), input: "optional", ens: "stored" },
  /** `token`: `authUrl` is asked from here for a token, exactly as ENS will, before ENS is asked. */
  preflight: { type: choice(["token"]), input: "optional", compared: false },
  /**
   * What becomes of the scheme when the resource is deleted, as of the last `pulumi up`. `restrict`: it is
   * deleted unless callbacks use it; these are named. `retain`: it stays in ENS. Callbacks are never deleted with it.
   * @default "restrict"
   */
  onDelete: { type: choice(["restrict", "retain"], { cascade: NO_CASCADE }), input: "optional", absent: "restrict" },
  /** Set when ENS did not know the scheme any more when it was to be changed: the next `pulumi up` replaces it. */
  gone: { type: flag },
});

/** The properties of an auth scheme. Source: ENS REST contract §5. */
export const authScheme: typeof own & typeof common = extend(own, common);
