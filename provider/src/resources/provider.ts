import * as pulumi from "@pulumi/pulumi";
import { settings } from "../properties/settings";
import type { ArgsOf } from "./args";
import { requireArgs } from "./program-error";

export interface ProviderArgs extends ArgsOf<typeof settings> {}

/**
 * Explicit provider for another tenant or business unit. Pass it to resources as the option `{ provider }`. The
 * provider runs in its own process with its own token. It ignores the settings in the environment and in the stack
 * configuration, because they may belong to another tenant.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, options?: pulumi.ResourceOptions) {
    requireArgs("Provider", name, args, "{ subdomain, clientId, clientSecret }");
    const given = Object.entries(settings).flatMap(([key, setting]) => {
      const value: pulumi.Input<unknown> = args[key as keyof ProviderArgs];
      if (value === undefined) return [];
      const text = pulumi.output(value).apply((known) => (typeof known === "number" ? String(known) : known));
      return [[`ens:${key}`, "secret" in setting ? pulumi.secret(text) : text] as const];
    });
    super("pulumi-nodejs", name, { ...Object.fromEntries(given), "ens:explicit": "true" }, options);
  }
}
