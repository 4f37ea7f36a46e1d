import { z } from "zod";
import type { Random } from "../random";
import { checked } from "./checked";
import { FAULT_KINDS, type FaultKind, SHAPES } from "./fault-kinds";

const KINDS = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];

/** Fields of a fault: which requests it meets, how many of them, and what happens to them. */
const FIELDS = {
  kind: z.enum(KINDS).describe("What goes wrong."),
  method: z
    .string()
    .regex(/^[A-Z]+$/, "must be an HTTP method in capitals, for example POST")
    .optional()
    .describe("HTTP method. Default: any."),
  path: z.string().optional().describe("Start of the path. Default: any."),
  account: z.int().optional().describe("Business unit (MID) of the request's token. Default: any."),
  times: z.int().min(1).optional().describe("Number of requests that it meets. Default 1."),
  status: z.int().min(200).max(599).optional().describe("For `status` (default 503) and `html` (default 502)."),
  errorcode: z
    .int()
    .min(0)
    .optional()
    .describe("For `status`. Default: the documented code for 429 and 503, 0 otherwise."),
  retryAfter: z.int().min(0).optional().describe("Seconds, for `status`."),
  message: z.string().optional().describe("For `status`."),
  shape: z.enum(SHAPES).optional().describe("Shape of the body, for `status`. Default `rest`."),
  done: z.boolean().optional().describe("For `status`: the request takes effect first."),
  seconds: z.number().min(0).max(86_400).optional().describe("For `slow`, `read-lag`, `verify-lag`, `probe-delayed`."),
};
const SELECTORS = ["kind", "method", "path", "account", "times"];

export const faultSchema = z
  .strictObject(FIELDS, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown: ${(issue.keys as string[]).join(", ")}. The fields are ${Object.keys(FIELDS).join(", ")}`
        : undefined,
  })
  .superRefine((fault, context) => {
    const fields: readonly string[] = [...SELECTORS, ...FAULT_KINDS[fault.kind].fields];
    for (const key of Object.keys(fault).filter((each) => !fields.includes(each))) {
      context.addIssue({
        code: "custom",
        path: [key],
        message: `is not a field of ${fault.kind}, which accepts ${fields.join(", ")}`,
      });
    }
  });

/** A fault for the next requests that match. */
export type Fault = z.input<typeof faultSchema>;

/** The requests that a kind can meet. Kinds that are not listed meet any request. */
const ONLY: Partial<Record<FaultKind, (method: string, path: string) => boolean>> = {
  "read-lag": (method, path) => method === "GET" && path.startsWith("/platform/"),
  "verify-lag": (method, path) => method === "POST" && path === "/platform/v1/ens-subscriptions",
  "token-expired": (_method, path) => path.startsWith("/platform/"),
  "probe-delayed": (method, path) => method === "POST" && path === "/platform/v1/ens-callbacks",
  "probe-failed": (method, path) => method === "POST" && path === "/platform/v1/ens-callbacks",
  shuffled: (method) => method === "GET",
  duplicate: (method, path) => method === "POST" && path.startsWith("https://"),
};

export const chanceSchema = z.strictObject({
  rate: z.number().min(0).max(1).describe("Share of requests that meet a fault, from 0 (none) to 1 (all)."),
  kinds: z.array(z.enum(KINDS)).min(1).optional().describe("Default: all but `duplicate`."),
});

/** Settings of the random faults. The seed determines which requests they meet. */
export type Chance = z.input<typeof chanceSchema>;

/** The random faults. Their waits are short, because they are real. */
const BY_CHANCE: readonly Fault[] = [
  ...KINDS.filter((kind) => !["status", "slow", "probe-delayed", "duplicate"].includes(kind)).map(
    (kind): Fault => ({ kind }),
  ),
  { kind: "slow", seconds: 0.05 },
  { kind: "probe-delayed", seconds: 0.05 },
  { kind: "status", status: 429, errorcode: 50100, retryAfter: 1 },
  { kind: "status", status: 429, errorcode: 50200 },
  { kind: "status", status: 500 },
  { kind: "status", status: 503, errorcode: 50300, retryAfter: 1 },
  { kind: "status", status: 596 },
];

/** The facts of a request that decide which faults can meet it. */
export interface Met {
  readonly method: string;
  readonly path: string;
  /** The path without ids. Random faults are drawn per method and template. */
  readonly template: string;
  /** Business unit of the token, or `undefined` without a valid token. */
  readonly account?: number | undefined;
  /** Number of requests that the token served before. */
  readonly served?: number;
}

/** Random faults expire only tokens that served this many requests, so that a client with a new token succeeds. */
const SERVES = 20;

export class Faults {
  readonly #random: Random;
  #list: { readonly fault: Fault; left: number }[] = [];
  #chance: Chance = { rate: 0 };

  constructor(random: Random) {
    this.#random = random;
  }

  /** Replaces the faults for the next requests. Throws when one is invalid, and then changes nothing. */
  set(faults: unknown): void {
    const list = checked(z.array(faultSchema), faults, "faults");
    this.#list = list.map((fault) => ({ fault, left: fault.times ?? 1 }));
  }

  /** Replaces the settings of the random faults. */
  setChance(chance: unknown): void {
    this.#chance = checked(chanceSchema, chance, "faults");
  }

  get state(): { readonly next: readonly Fault[]; readonly chance: Chance & { readonly seed: number } } {
    const next = this.#list.filter(({ left }) => left > 0).map(({ fault, left }) => ({ ...fault, times: left }));
    return { next, chance: { ...this.#chance, seed: this.#random.seed } };
  }

  /** Returns the fault that this request meets, and counts it as used once. */
  take(met: Met): Fault | undefined {
    const hit = this.#list.find(({ fault, left }) => left > 0 && meets(fault, met));
    if (hit === undefined) return this.#drawn(met);
    hit.left -= 1;
    return hit.fault;
  }

  #drawn(met: Met): Fault | undefined {
    const { rate, kinds } = this.#chance;
    const stream = `fault ${met.method} ${met.template}`;
    if (rate === 0 || this.#random.fraction(stream) >= rate) return undefined;
    const old = (met.served ?? 0) >= SERVES;
    const fitting = BY_CHANCE.filter(
      (fault) => (kinds?.includes(fault.kind) ?? true) && meets(fault, met) && (fault.kind !== "token-expired" || old),
    );
    const [first, ...others] = fitting;
    return first === undefined ? undefined : this.#random.one(stream, [first, ...others]);
  }
}

function meets(fault: Fault, { method, path, account }: Met): boolean {
  return (
    (fault.method ?? method) === method &&
    path.startsWith(fault.path ?? "") &&
    (fault.account ?? account) === account &&
    (ONLY[fault.kind]?.(method, path) ?? !path.startsWith("https://"))
  );
}
