import type { Clock } from "../clock";
import type { Visibility } from "../store";
import type { Switches } from "../switches";

/** All permissions of ENS. Documented. Source: ENS REST contract §1.5. */
export const SCOPES = ["callback", "subscription"].flatMap((noun) =>
  ["create", "read", "update", "delete"].map((verb) => `event_notification_${noun}_${verb}`),
);

/** A change of permissions takes up to five minutes to show in tokens. Documented. Source: ENS REST contract §1.4. */
const PERMISSION_LAG_MS = 5 * 60_000;

/** An installed package: a client of the API, in one tenant. */
export interface Package {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Enterprise id, which is the MID of the tenant's topmost business unit too. Default 7000001. */
  readonly tenant?: number;
  /** Business unit (MID) that owns it: the one of a token that asks for none. Default 7000002. */
  readonly owner?: number;
  /** Business units that it is enabled for, besides its owner. All of its tenant when left out. */
  readonly businessUnits?: readonly number[];
  /** Default: all of ENS. Scopes of other products can be among them. */
  readonly scopes?: readonly string[];
  /** Disabled or uninstalled: it gets no token. Default false. */
  readonly disabled?: boolean;
  /** Hosts of the tenant's REST routes; tokens of other tenants are refused there. Default none: any host will do. */
  readonly hosts?: readonly string[];
}

/** What somebody changes in Setup. */
export type PackageChange = Partial<Pick<Package, "scopes" | "disabled">>;

interface Installed extends Required<Omit<Package, "scopes" | "businessUnits">> {
  readonly businessUnits: readonly number[] | undefined;
  /** What its tokens may carry, and since when (milliseconds of the clock); the latest last. */
  readonly scopes: readonly { readonly since: number; readonly names: readonly string[] }[];
}

/** The installed packages, and the tenants and business units that follow from them. */
export class Packages {
  readonly #start: readonly Package[];
  readonly #clock: Clock;
  #installed: ReadonlyMap<string, Installed>;

  /** Throws when two tenants claim the same business unit. Of two packages with the same id the later one counts. */
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
  get state(): readonly Package[] {
    return [...this.#installed.values()].map(({ businessUnits, scopes, ...rest }) => ({
      ...rest,
      ...(businessUnits === undefined ? {} : { businessUnits }),
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
  change(clientId: string, { scopes, disabled }: PackageChange): boolean {
    const old = this.#installed.get(clientId);
    if (old === undefined) return false;
    const since = this.#clock.now() + PERMISSION_LAG_MS;
    const changed: Installed = {
      ...old,
      disabled: disabled ?? old.disabled,
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
  return new Map(
    packages.map(({ scopes = SCOPES, businessUnits, ...given }) => [
      given.clientId,
      {
        tenant: 7000001,
        owner: 7000002,
        disabled: false,
        hosts: [],
        ...given,
        businessUnits,
        scopes: [{ since: 0, names: scopes }],
      },
    ]),
  );
}

const claimedBy = ({ tenant, owner, businessUnits = [] }: Installed) => [tenant, owner, ...businessUnits];
