import { z } from "zod";
import type { Clock } from "../clock";
import { checked } from "../http/checked";
import type { Visibility } from "../store";
import type { Switches } from "../switches";

/** All permissions of ENS. Documented. Source: ENS REST contract §1.5. */
const SCOPES = ["callback", "subscription"].flatMap((noun) =>
  ["create", "read", "update", "delete"].map((verb) => `event_notification_${noun}_${verb}`),
);

/** A change of permissions takes up to five minutes to take effect in tokens. Documented. Source: ENS REST contract §1.4. */
const PERMISSION_LAG_MS = 5 * 60_000;

const scopeNames = z.array(z.string().regex(/^\S+$/, "must not contain spaces")).readonly();
const mid = z.int().min(1);

export const packageSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Enterprise id, which is also the MID of the tenant's top business unit. */
  tenant: mid.default(7000001),
  /** Business unit (MID) that owns the package. Tokens that request no business unit are for this one. */
  owner: mid.default(7000002),
  /** Business units in which the package is enabled, besides its owner. Default: all of the tenant. */
  businessUnits: z.array(mid).readonly().optional(),
  /** Permissions. Default: all of ENS. Permissions of other products are allowed. */
  scopes: scopeNames.default(SCOPES),
  /** A disabled or uninstalled package gets no token. */
  disabled: z.boolean().default(false),
  /** Hosts of the tenant's REST routes, which reject tokens of other tenants. Default: no check of the host. */
  hosts: z.array(z.string().min(1)).readonly().default([]),
});

/** An installed package: a client of the API, in one tenant. */
export type Package = z.input<typeof packageSchema>;

export const packageChange = z.strictObject({
  scopes: scopeNames.optional().describe("Replaces all permissions. Takes effect in tokens after five minutes."),
  disabled: z.boolean().optional().describe("A disabled package gets no tokens. Takes effect at once."),
  clientSecret: z.string().min(1).optional().describe("Replaces the old secret at once. Issued tokens stay valid."),
});

/** A change that an administrator makes in Setup. */
export type PackageChange = z.input<typeof packageChange>;

interface Installed extends Omit<z.output<typeof packageSchema>, "scopes"> {
  /** Permissions of its tokens, and since when (milliseconds of the simulator's clock), latest last. */
  readonly scopes: readonly { readonly since: number; readonly names: readonly string[] }[];
}

/** The installed packages, which define the tenants and business units. */
export class Packages {
  readonly #start: readonly Package[];
  readonly #clock: Clock;
  #installed: ReadonlyMap<string, Installed>;

  /**
   * Throws when a package is invalid, or when two tenants claim the same business unit. A later package replaces an
   * earlier one with the same id.
   */
  constructor(packages: readonly Package[], clock: Clock) {
    this.#start = packages;
    this.#clock = clock;
    this.#installed = installedOf(packages);
    const claims = [...this.#installed.values()].flatMap((each) => claimedBy(each).map((mid) => [mid, each] as const));
    for (const [mid, { clientId, tenant }] of claims) {
      const other = claims.find((claim) => claim[0] === mid && claim[1].tenant !== tenant);
      if (other !== undefined) {
        throw new Error(
          `the packages ${clientId} and ${other[1].clientId} assign business unit ${mid} to different tenants`,
        );
      }
    }
  }

  /** The packages as they are now. */
  get state(): readonly z.output<typeof packageSchema>[] {
    return [...this.#installed.values()].map(({ scopes, ...rest }) => ({
      ...rest,
      scopes: scopes.at(-1)?.names ?? [],
    }));
  }

  find(clientId: unknown): Installed | undefined {
    return typeof clientId === "string" ? this.#installed.get(clientId) : undefined;
  }

  /** Returns the permissions of a new token, without the changes of the last five minutes. */
  scopesOf({ scopes }: Installed): readonly string[] {
    return scopes.findLast(({ since }) => since <= this.#clock.now())?.names ?? [];
  }

  /** Returns whether the package may act in a business unit: documented. Source: §1.3. */
  enabledFor({ owner, tenant, businessUnits }: Installed, mid: number): boolean {
    return this.tenantOf(mid) === tenant && (mid === owner || (businessUnits?.includes(mid) ?? true));
  }

  /** Returns the tenant of a business unit. One that no package names belongs to the tenant of the first package. */
  tenantOf(mid: number): number {
    const all = [...this.#installed.values()];
    return (all.find((each) => claimedBy(each).includes(mid)) ?? all[0])?.tenant ?? mid;
  }

  /** Returns whether a host belongs to another tenant. */
  isForeign(host: string, tenant: number): boolean {
    const own = [...this.#installed.values()].filter(({ hosts }) => hosts.includes(host));
    return own.length > 0 && !own.some((each) => each.tenant === tenant);
  }

  /** Updates a package as an administrator in Setup does. Returns false when there is no such package. */
  change(clientId: string, { scopes, disabled, clientSecret }: PackageChange): boolean {
    const old = this.#installed.get(clientId);
    if (old === undefined) return false;
    const since = this.#clock.now() + PERMISSION_LAG_MS;
    const changed: Installed = {
      ...old,
      disabled: disabled ?? old.disabled,
      clientSecret: clientSecret ?? old.clientSecret,
      scopes: scopes === undefined ? old.scopes : [...old.scopes, { since, names: scopes }],
    };
    this.#installed = new Map(this.#installed).set(clientId, changed);
    return true;
  }

  /** Restores the packages of the start. */
  reset(): void {
    this.#installed = installedOf(this.#start);
  }

  /** Which objects a token can see, and among which URLs and names must be unique. Assumed. Source: §6.5, §11 #16, #49. */
  visibility(switches: Switches): Visibility {
    return {
      sees: (mid, owner) => mid === owner || (switches.crossBu === "parent" && mid === this.tenantOf(owner)),
      competes: (mid, owner) =>
        mid === owner || (switches.uniquenessScope === "tenant" && this.tenantOf(mid) === this.tenantOf(owner)),
    };
  }
}

function installedOf(packages: readonly Package[]): Map<string, Installed> {
  const all = checked(z.array(packageSchema), packages, "packages");
  return new Map(all.map(({ scopes, ...rest }) => [rest.clientId, { ...rest, scopes: [{ since: 0, names: scopes }] }]));
}

const claimedBy = ({ tenant, owner, businessUnits = [] }: Installed) => [tenant, owner, ...businessUnits];
