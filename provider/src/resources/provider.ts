import * as pulumi from "@pulumi/pulumi";

export interface ProviderArgs {
  /** The tenant's subdomain, 28 characters that begin with `mc`. Or `restUrl` and `authUrl`. */
  subdomain?: pulumi.Input<string>;
  clientId: pulumi.Input<string>;
  /** Secret. */
  clientSecret: pulumi.Input<string>;
  /** The business unit (MID) to act in. Left out, it is the one that owns the installed package. */
  accountId?: pulumi.Input<string | number>;
  /** The business unit (MID) that the token must turn out to be for, or nothing is read or changed. */
  expectAccountId?: pulumi.Input<string | number>;
  /** Another token endpoint than the subdomain's: https, or http on a loopback address. */
  authUrl?: pulumi.Input<string>;
  /** Another REST origin than the subdomain's: https, or http on a loopback address. */
  restUrl?: pulumi.Input<string>;
  /** How long a replaced subscription stays beside the new one, until that is in effect. Default `"2m"`; `"0s"`: not. */
  activationWait?: pulumi.Input<string>;
  /** How ENS takes auth schemes, where that is not as assumed: words with commas, like `"array,put-id-in-path"`. */
  authSchemeShape?: pulumi.Input<string>;
}

/**
 * A tenant and business unit of its own, for the resources made with `{ provider }`. It is its own process with its own
 * token, and takes nothing from the environment or the stack configuration, which may belong to another tenant.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, options?: pulumi.ResourceOptions) {
    const { accountId, expectAccountId, ...rest } = args;
    const text = (mid?: pulumi.Input<string | number>) => (mid === undefined ? mid : pulumi.output(mid).apply(String));
    const settings = {
      ...rest,
      clientSecret: pulumi.secret(args.clientSecret),
      accountId: text(accountId),
      expectAccountId: text(expectAccountId),
      explicit: "true",
    };
    const named = Object.entries(settings).map(([key, value]) => [`ens:${key}`, value]);
    super("pulumi-nodejs", name, Object.fromEntries(named), options);
  }
}
