import type * as pulumi from "@pulumi/pulumi";
import { EnsResource, foreseen } from "./resource";

export interface AuthSchemeArgs {
  /** How ENS gets a token: `client_credentials`, or `password`, which is legacy. */
  grantType: pulumi.Input<"client_credentials" | "password">;
  /** Your token endpoint: https, reachable from the internet, answers within 2 s with an `access_token`. */
  authUrl: pulumi.Input<string>;
  /** The client id that your authorization server gave out for ENS. Kept as a secret. */
  clientId: pulumi.Input<string>;
  /** Secret. Changing it updates the scheme in place. */
  clientSecret: pulumi.Input<string>;
  /** For the password grant. Kept as a secret. */
  username?: pulumi.Input<string>;
  /** For the password grant. Secret. */
  password?: pulumi.Input<string>;
  /** OAuth scopes, separated by spaces. Whether ENS sends them is not documented. */
  scope?: pulumi.Input<string>;
  /** Whether `authUrl` is asked from here for a token, exactly as ENS will, before ENS is asked. Default: it is not. */
  preflight?: pulumi.Input<"token">;
  /**
   * What becomes of it when the resource is deleted, as of the last `pulumi up`. `restrict` (default): it is deleted
   * unless callbacks use it; these are named. `retain`: it stays in ENS. Callbacks are never deleted with it.
   */
  onDelete?: pulumi.Input<"restrict" | "retain">;
}

const OUTPUTS = [
  "authId",
  "grantType",
  "authUrl",
  "clientId",
  "clientSecret",
  "username",
  "password",
  "scope",
  "preflight",
  "onDelete",
  "gone",
  "unconfirmed",
  "createdAt",
  "accountId",
];

/**
 * OAuth2 credentials that ENS uses against *your* authorization server before it delivers events. ENS asks that
 * server for a token when the scheme is created or updated, and refuses the scheme when it gets none.
 *
 * ENS never returns credentials and offers no way to read a scheme, so changes made elsewhere cannot be seen.
 *
 * Source: "Use OAuth2 Authentication with Event Notification Service".
 */
export class AuthScheme extends EnsResource {
  /**
   * ENS's id. ENS may give another one when the scheme is changed; this resource's `id` stays the first one. Pass this,
   * or the resource, to a `Callback`, which then follows in place.
   */
  declare readonly authId: pulumi.Output<string>;
  declare readonly grantType: pulumi.Output<"client_credentials" | "password">;
  declare readonly authUrl: pulumi.Output<string>;
  /** Secret. */
  declare readonly clientId: pulumi.Output<string>;
  /** Secret. */
  declare readonly clientSecret: pulumi.Output<string>;
  /** Secret. */
  declare readonly username: pulumi.Output<string | undefined>;
  /** Secret. */
  declare readonly password: pulumi.Output<string | undefined>;
  declare readonly scope: pulumi.Output<string | undefined>;
  declare readonly preflight: pulumi.Output<"token" | undefined>;
  declare readonly onDelete: pulumi.Output<"restrict" | "retain" | undefined>;
  /** Set when ENS did not know it any more when it was to be changed: the next `pulumi up` replaces it. */
  declare readonly gone: pulumi.Output<boolean | undefined>;
  /** Set when a change was sent and its answer was lost: the next `pulumi up` sends it again. */
  declare readonly unconfirmed: pulumi.Output<boolean | undefined>;
  /** When it was made, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;
  /** The business unit (MID) that it was made in, where the settings or ENS tell it. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  constructor(name: string, args: AuthSchemeArgs, options?: pulumi.CustomResourceOptions) {
    super("AuthScheme", name, { ...args }, OUTPUTS, ["clientId", "clientSecret", "username", "password"], options);
    this.authId = foreseen(this.authId, this.id);
  }
}
