import { EnsError, reason } from "../ens/errors";
import { manages } from "../kinds/blockers";
import { type Failure, InitializationFailed } from "../kinds/kind";
import { accountId, type Config, configure, ens } from "./configuration";
import type { AnyKind, Properties } from "./lifecycle";
import * as lifecycle from "./lifecycle";
import { warn } from "./log";
import { wire } from "./wire";

const TEXT = "__provider";

/** What the dynamic-provider process of `@pulumi/pulumi` calls. */
export interface DynamicProvider {
  configure(request: { config: Config }): Promise<void>;
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: Failure[] }>;
  diff(id: string, olds: Properties, news: Properties): Promise<lifecycle.Difference>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id?: string; props?: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

/**
 * A kind as the dynamic-provider process needs it. The text that loads us is taken off before the kind sees anything;
 * results are plain values; what is thrown is a plain `Error` that the process cannot misread.
 */
export function host(kind: AnyKind): DynamicProvider {
  return {
    configure: async ({ config }) => configure(config),

    check: async (_olds, news) => {
      const { inputs, failures, warnings } = lifecycle.check(kind, own(news));
      warnings.forEach(warn);
      return { inputs: wire(inputs) as Properties, failures: failures.map(unseen) };
    },

    diff: async (id, olds, news) => {
      manages(id);
      const { warning, ...difference } = lifecycle.diff(kind, own(olds), own(news), accountId());
      if (warning !== undefined) warn(`${kind.noun} ${id} (${kind.label(olds as never)}): ${warning}`);
      return difference;
    },

    create: (inputs) =>
      guarded(`create ${kind.noun} ${kind.label(inputs as never)}`, inputs, async () => {
        const { id, outs } = await lifecycle.create(kind, ens(), own(inputs));
        manages(id);
        return { id, outs: wire(outs) as Properties };
      }),

    read: (id, props) =>
      guarded(`read ${kind.noun} ${id} (${kind.label(props as never)})`, props, async () => {
        manages(id);
        const live = await lifecycle.read(kind, ens(), id, own(props));
        return live === undefined ? {} : { id, ...(wire(live) as typeof live) };
      }),

    update: (id, olds, news) =>
      guarded(
        `update ${kind.noun} ${id} (${kind.label(olds as never)})`,
        news,
        async () => {
          const outs = await lifecycle.update(kind, ens(), id, own(news), own(olds));
          return { outs: wire(outs) as Properties };
        },
        "it is gone from ENS: run 'pulumi up --refresh' to make it again",
      ),

    delete: (id, props) =>
      guarded(`delete ${kind.noun} ${id} (${kind.label(props as never)})`, props, () => {
        manages(id);
        return lifecycle.remove(kind, ens(), id, own(props));
      }),
  };
}

/** The engine prints the value of a property that a failure names, secret or not. So the reason names it instead. */
function unseen({ property, reason }: Failure): Failure {
  return { property: "", reason: `${property} ${reason}` };
}

function own(properties: Properties): Properties {
  const { [TEXT]: _, ...rest } = properties;
  return rest;
}

/**
 * The process takes any error with an `id` for a half-made object, leaks a numeric `code` into the protocol, hangs on
 * what is no `Error`, and leaves the text that loads us out of a partial failure, after which nothing could delete it.
 */
async function guarded<T>(
  attempt: string,
  properties: Properties,
  operation: () => Promise<T>,
  whenGone?: string,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof InitializationFailed) {
      const kept = { ...(wire(error.state) as Properties), [TEXT]: properties[TEXT] };
      throw Object.assign(plain(error.message), {
        id: error.resourceId,
        properties: kept,
        reasons: [error.message],
      });
    }
    const next = whenGone !== undefined && error instanceof EnsError && error.gone ? `; ${whenGone}` : "";
    throw plain(`could not ${attempt}: ${reason(error)}${next}`);
  }
}

/** The process prints an error's text and its stack, one after the other: a person should read it once. */
function plain(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}
