import { common } from "./common";
import { choice, extend, flag, httpsUrl, table, text } from "./types";

const NO_CASCADE =
  `cannot be "cascade", because deleting the callbacks would also delete their signature keys and end their deliveries; ` +
  `give "restrict" or "retain"`;

const own = table({
  /**
   * Id of the scheme in ENS. ENS may return a new `authId` when the scheme is updated. The `id` of this resource
   * remains the first `authId`. Pass the `authId` or the resource to a `Callback`. The callback is updated in place
   * when the `authId` changes.
   */
  authId: { type: text("an id"), identity: "may differ", output: "always", ens: "told" },
  /** OAuth2 grant type with which ENS requests a token: `client_credentials`, or `password`, which is deprecated. */
  grantType: { type: choice(["client_credentials", "password"]), input: "required", ens: "stored" },
  /**
   * URL of your authorization server's token endpoint: https and reachable from the internet. The endpoint must return
   * an `access_token` within 2 s.
   */
  authUrl: {
    type: httpsUrl("the https URL of your authorization server's token endpoint", { port: true, query: true }),
    input: "required",
    ens: "stored",
  },
  /** Client id that your authorization server issued for ENS. Secret. */
  clientId: {
    type: text("the client id that your authorization server issued for ENS"),
    input: "required",
    ens: "stored",
    secret: true,
  },
  /** Client secret for `clientId`. Changing it updates the scheme in place. Secret. */
  clientSecret: {
    type: text("the client secret for clientId"),
    input: "required",
    ens: "stored",
    secret: true,
  },
  /** User name for the password grant. Secret. */
  username: {
    type: text("the user name for the password grant"),
    input: "optional",
    ens: "stored",
    secret: true,
  },
  /** Password of `username` for the password grant. Secret. */
  password: {
    type: text("the password of username for the password grant"),
    input: "optional",
    ens: "stored",
    secret: true,
  },
  /** OAuth2 scopes, separated by spaces. Whether ENS sends them is not documented. */
  scope: { type: text("the scopes, separated by spaces, or leave it out"), input: "optional", ens: "stored" },
  /**
   * Check before the scheme is created or updated. `token` requests a token from `authUrl` in the same way as ENS. If
   * the check fails, no request is sent to ENS.
   */
  preflight: { type: choice(["token"]), input: "optional", compared: false },
  /**
   * What happens to the scheme in ENS when the resource is deleted. The value of the last `pulumi up` applies.
   * `restrict` deletes the scheme, but fails and names the callbacks if any use it. `retain` keeps the scheme in ENS.
   * Callbacks are never deleted with a scheme.
   * @default "restrict"
   */
  onDelete: { type: choice(["restrict", "retain"], { cascade: NO_CASCADE }), input: "optional", absent: "restrict" },
  /** Set if ENS returned 404 when the scheme was to be updated. The next `pulumi up` replaces the scheme. */
  gone: { type: flag },
});

/** Properties of an auth scheme. Source: ENS REST contract §5. */
export const authScheme: typeof own & typeof common = extend(own, common);
