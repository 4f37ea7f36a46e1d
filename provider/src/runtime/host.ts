import { adviceForNoResponse, EnsError, reason } from "../ens/errors";
import { InitializationFailed } from "../kinds/initialization-failed";
import type { Failure, Kind, Values } from "../kinds/kind";
import { type Difference, diff } from "../lifecycle/diff";
import { check } from "../lifecycle/inputs";
import { create, read, update } from "../lifecycle/operations";
import { remove } from "../lifecycle/remove";
import { toPlainValues } from "./plain-value";
import type { Config, Session } from "./session";

/** Property with the serialized provider, by which the engine finds this code. */
const PROVIDER_KEY = "__provider";
/** A refresh uses the credentials of the last `up`. Pulumi.yaml can request one before each `up`. */
const GONE = "The object no longer exists in ENS. Run 'pulumi up --refresh' to create it again.";
const STORED_CREDENTIALS =
  "If the credentials were changed in the stack's configuration or in the program, run 'pulumi up --refresh=false' once. " +
  "Until then, refresh and destroy use the credentials of the last 'pulumi up', which are in the state. " +
  "Credentials in the environment (ENS_CLIENT_SECRET) are always current.";

/** Methods that the dynamic-provider process of `@pulumi/pulumi` calls. */
export interface DynamicProvider {
  configure(request: { config: Config }): Promise<void>;
  check(olds: Values, news: Values): Promise<{ inputs: Values; failures: Failure[] }>;
  diff(
    id: string,
    olds: Values,
    news: Values,
  ): Promise<Pick<Difference, "changes" | "replaces" | "deleteBeforeReplace">>;
  create(inputs: Values): Promise<{ id: string; outs: Values }>;
  read(id: string, props: Values): Promise<{ id?: string; props?: Values; inputs?: Values }>;
  update(id: string, olds: Values, news: Values): Promise<{ outs: Values }>;
  delete(id: string, props: Values): Promise<void>;
}

/**
 * Adapts a kind to the dynamic-provider process. Removes the serialized provider from the properties, converts results to
 * plain values, and converts errors to plain `Error`s that the process cannot misinterpret.
 */
export function hostKind(kind: Kind, session: Session): DynamicProvider {
  const { objects } = session;
  const warn = (line: string) => session.log.warn(line);
  const attempt = <T>(what: string, properties: Values, operation: () => Promise<T>) =>
    asProviderError(session, what, properties, operation);
  return {
    configure: async ({ config }) => session.configure(config),

    check: async (olds, news) => {
      const { inputs, failures, warnings } = check(kind, objects, withoutProviderKey(olds), withoutProviderKey(news));
      const verdict = session.judgeSettings();
      for (const line of [...verdict.warnings, ...warnings]) warn(line);
      const rejected = verdict.failures.map((reason) => ({ property: "", reason }));
      return { inputs: toPlainValues(inputs), failures: [...rejected, ...failures.map(withoutProperty)] };
    },

    diff: async (id, olds, news) => {
      const known = { objects, accountId: session.knownAccountId };
      const { warning, changes, replaces, deleteBeforeReplace } = diff(
        kind,
        known,
        id,
        withoutProviderKey(olds),
        withoutProviderKey(news),
      );
      if (warning !== undefined) warn(`${kind.noun} ${id} (${kind.label(olds)}): ${warning}`);
      return { changes, replaces, deleteBeforeReplace };
    },

    create: (inputs) =>
      attempt(`create ${kind.noun} ${kind.label(inputs)}`, inputs, async () => {
        const { id, outs } = await create(kind, session.run, withoutProviderKey(inputs));
        return { id, outs: toPlainValues(outs) };
      }),

    read: (id, props) =>
      attempt(`read ${kind.noun} ${id} (${kind.label(props)})`, props, async () => {
        const live = await read(kind, session.run, id, withoutProviderKey(props));
        return live === undefined ? {} : { id, ...toPlainValues(live) };
      }),

    update: (id, olds, news) =>
      attempt(`update ${kind.noun} ${id} (${kind.label(olds)})`, news, async () => {
        const outs = await update(kind, session.run, id, withoutProviderKey(news), withoutProviderKey(olds));
        return { outs: toPlainValues(outs) };
      }),

    delete: (id, props) =>
      attempt(`delete ${kind.noun} ${id} (${kind.label(props)})`, props, () =>
        remove(kind, session.run, id, withoutProviderKey(props)),
      ),
  };
}

/** Moves the property into the reason, because the engine prints the value of a failing property even if it is secret. */
function withoutProperty({ property, reason }: Failure): Failure {
  return { property: "", reason: `${property} ${reason}` };
}

function withoutProviderKey(properties: Values | undefined): Values {
  const { [PROVIDER_KEY]: _, ...rest } = properties ?? {};
  return rest;
}

/**
 * Converts errors for the dynamic-provider process. The process treats any error with an `id` as a partial failure, passes a
 * numeric `code` on to the protocol, and hangs when the value is not an `Error`. It also drops the serialized provider from
 * the state of a partial failure, without which the object could not be deleted.
 */
async function asProviderError<T>(
  session: Session,
  attempt: string,
  properties: Values,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const { credentialsAreStored } = session;
    if (error instanceof InitializationFailed) {
      const advice = adviceFor(error.cause, credentialsAreStored);
      const message = advice === undefined ? error.message : `${error.message}\n${advice}`;
      const kept = { ...toPlainValues(error.state), [PROVIDER_KEY]: properties[PROVIDER_KEY] };
      throw Object.assign(plainError(message), { id: error.resourceId, properties: kept, reasons: [message] });
    }
    const gone = error instanceof EnsError && error.gone && attempt.startsWith("update");
    const advice = gone ? GONE : adviceFor(error, credentialsAreStored);
    throw plainError(`could not ${attempt}: ${reason(error)}${advice === undefined ? "" : `. ${advice}`}`);
  }
}

/** Returns advice in sentences for failures that are the same for all kinds and operations. */
function adviceFor(error: unknown, credentialsAreStored: boolean): string | undefined {
  if (!(error instanceof EnsError)) return undefined;
  const advice = adviceForNoResponse(error);
  if (advice !== undefined) return `${advice}.`;
  return error.refusedCredentials && credentialsAreStored ? STORED_CREDENTIALS : undefined;
}

/** Creates an error without a stack. The process prints message and stack, which would repeat the message. */
function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}
