import { z } from "zod";
import type { Clock } from "../clock";
import { checked } from "../http/checked";
import type { Visibility } from "../store";
import type { Switches } from "../switches";

/** All permissions of ENS. Documented. Source: ENS REST contract §1.5. */
const SCOPES = ["callback", "subscription"].flatMap((noun) =>
  ["create", "read", "update", "delete"].map((verb) => `event_notification_${noun}_${verb}`),
);

/** A change of permissions takes up to five minutes to show in tokens. Documented. Source: ENS REST contract §1.4. */
const PERMISSION_LAG_MS = 5 * 60_000;

const scopeNames = z.array(z.string().regex(/^\S+$/, "has no spaces")).readonly();
const mid = z.int().min(1);

export const packageSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Enterprise id, which is the MID of the tenant's topmost business unit too. */
  tenant: mid.default(7000001),
  /** Business unit (MID) that owns it: the one of a token that asks for none. */
  owner: mid.default(7000002),
  /** Business units that it is enabled for, besides its owner. All of its tenant when left out. */
  businessUnits: z.array(mid).readonly().optional(),
  /** Those of ENS when left out. Scopes of other products can be among them. */
  scopes: scopeNames.default(SCOPES),
  /** Disabled or uninstalled: it gets no token. */
  disabled: z.boolean().default(false),
  /** Hosts of the tenant's REST routes; tokens of other tenants are refused there. None: any host will do. */
  hosts: z.array(z.string().min(1)).readonly().default([]),
});

/** An installed package: a client of the API, in one tenant. */
export type Package = z.input<typeof packageSchema>;

export const packageChange = z.strictObject({
  scopes: scopeNames.optional().describe("They replace all; in tokens after five minutes."),
  disabled: z.boolean().optional().describe("Without tokens, at once."),
  clientSecret: z.string().min(1).optional().describe("Instead of the old one, at once; tokens stay good."),
});

/** What somebody changes in Setup. */
export type PackageChange = z.input<typeof packageChange>;

interface Installed extends Omit<z.output<typeof packageSchema>, "scopes"> {
  /** What its tokens may carry, and since when (milliseconds of the clock); the latest last. */
  readonly scopes: readonly { readonly since: number; readonly names: readonly string[] }[];
}

/** The installed packages, and the tenants and business units that follow from them. */
export class Packages {
  readonly #start: readonly Package[];
  readonly #clock: Clock;
  #installed: ReadonlyMap<string, Installed>;

  /** Throws on what is no package, and when two tenants claim the same business unit. Of two packages with the same id the later one counts. */
  constructor(packages: readonly Package[], clock: Clock) {
    this.#start = packages;
    this.#clock = clock;
    this.#installed = installedOf(packages);
    const claims = [...this.#installed.values()].flatMap((each) => claimedBy(each).map((mid) => [mid, each] as const));
    for (const [mid, { clientId, tenant }] of claims) {
      const other = claims.find((claim) => claim[0] === mid && claim[1].tenant !== tenant);
      if (other !== undefined) {
        throw new Error(`packages ${clientId} and ${other[1].clientId} claim business unit ${mid} for two tenants`);
      }
    }
  }

  /** As they are now. */
  get state(): readonly z.output<typeof packageSchema>[] {
    return [...this.#installed.values()].map(({ scopes, ...rest }) => ({
      ...rest,
      scopes: scopes.at(-1)?.names ?? [],
    }));
  }

  find(clientId: unknown): Installed | undefined {
    return typeof clientId === "string" ? this.#installed.get(clientId) : undefined;
  }

  /** The scopes that a token has now, those added or taken away in the last five minutes not counted. */
  scopesOf({ scopes }: Installed): readonly string[] {
    return scopes.findLast(({ since }) => since <= this.#clock.now())?.names ?? [];
  }

  /** Whether the package may act in a business unit: documented. Source: §1.3. */
  enabledFor({ owner, tenant, businessUnits }: Installed, mid: number): boolean {
    return this.tenantOf(mid) === tenant && (mid === owner || (businessUnits?.includes(mid) ?? true));
  }

  /** A business unit that no package names belongs to the tenant of the first one. */
  tenantOf(mid: number): number {
    const all = [...this.#installed.values()];
    return (all.find((each) => claimedBy(each).includes(mid)) ?? all[0])?.tenant ?? mid;
  }

  /** Whether a host is another tenant's. */
  isForeign(host: string, tenant: number): boolean {
    const own = [...this.#installed.values()].filter(({ hosts }) => hosts.includes(host));
    return own.length > 0 && !own.some((each) => each.tenant === tenant);
  }

  /** As somebody in Setup does. False when there is no such package. */
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

  /** As at the start. */
  reset(): void {
    this.#installed = installedOf(this.#start);
  }

  /** Whose objects a token sees, and among which urls and names must be unique. Assumed. Source: §6.5, §11 #16, #49. */
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
