import * as pulumi from "@pulumi/pulumi";
import { settings } from "../properties/settings";
import type { ArgsOf } from "./args";
import { requireArgs } from "./program-error";

export interface ProviderArgs extends ArgsOf<typeof settings> {}

/**
 * A tenant and business unit of its own, for the resources made with `{ provider }`. It is its own process with its own
 * token, and takes nothing from the environment or the stack configuration, which may belong to another tenant.
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
