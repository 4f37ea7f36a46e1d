import { adviceForNoResponse, EnsError, reason } from "../ens/errors";
import { InitializationFailed } from "../kinds/initialization-failed";
import type { Failure, Kind, Values } from "../kinds/kind";
import { type Difference, diff } from "../lifecycle/diff";
import { check } from "../lifecycle/inputs";
import { create, read, update } from "../lifecycle/operations";
import { remove } from "../lifecycle/remove";
import { toPlainValues } from "./plain-value";
import type { Config, Session } from "./session";

const TEXT = "__provider";
/** A refresh, which comes before every `up` where Pulumi.yaml says so, uses the credentials of the last `up`. */
const STORED_CREDENTIALS =
  "if they were changed in the stack's configuration or in the program, a refresh and a destroy still use those of the " +
  "last 'pulumi up', which are in the state: run 'pulumi up --refresh=false' once; those of the environment " +
  "(ENS_CLIENT_SECRET) are always the present ones";

/** What the dynamic-provider process of `@pulumi/pulumi` calls. */
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
 * A kind as the dynamic-provider process needs it. The text that loads us is taken off before the kind sees anything;
 * results are plain values; what is thrown is a plain `Error` that the process cannot misread.
 */
export function hostKind(kind: Kind, session: Session): DynamicProvider {
  const { objects } = session;
  const warn = (line: string) => session.log.warn(line);
  const attempt = <T>(what: string, properties: Values, operation: () => Promise<T>) =>
    asProviderError(session, what, properties, operation);
  return {
    configure: async ({ config }) => session.configure(config),

    check: async (olds, news) => {
      const { inputs, failures, warnings } = check(kind, objects, withoutText(olds), withoutText(news));
      const verdict = session.judgeSettings();
      for (const line of [...verdict.warnings, ...warnings]) warn(line);
      const refused = verdict.failures.map((reason) => ({ property: "", reason }));
      return { inputs: toPlainValues(inputs), failures: [...refused, ...failures.map(withoutProperty)] };
    },

    diff: async (id, olds, news) => {
      const known = { objects, accountId: session.knownAccountId };
      const { warning, changes, replaces, deleteBeforeReplace } = diff(
        kind,
        known,
        id,
        withoutText(olds),
        withoutText(news),
      );
      if (warning !== undefined) warn(`${kind.noun} ${id} (${kind.label(olds)}): ${warning}`);
      return { changes, replaces, deleteBeforeReplace };
    },

    create: (inputs) =>
      attempt(`create ${kind.noun} ${kind.label(inputs)}`, inputs, async () => {
        const { id, outs } = await create(kind, session.run, withoutText(inputs));
        return { id, outs: toPlainValues(outs) };
      }),

    read: (id, props) =>
      attempt(`read ${kind.noun} ${id} (${kind.label(props)})`, props, async () => {
        const live = await read(kind, session.run, id, withoutText(props));
        return live === undefined ? {} : { id, ...toPlainValues(live) };
      }),

    update: (id, olds, news) =>
      attempt(`update ${kind.noun} ${id} (${kind.label(olds)})`, news, async () => {
        const outs = await update(kind, session.run, id, withoutText(news), withoutText(olds));
        return { outs: toPlainValues(outs) };
      }),

    delete: (id, props) =>
      attempt(`delete ${kind.noun} ${id} (${kind.label(props)})`, props, () =>
        remove(kind, session.run, id, withoutText(props)),
      ),
  };
}

/** The engine prints the value of a property that a failure names, secret or not. So the reason names it instead. */
function withoutProperty({ property, reason }: Failure): Failure {
  return { property: "", reason: `${property} ${reason}` };
}

function withoutText(properties: Values | undefined): Values {
  const { [TEXT]: _, ...rest } = properties ?? {};
  return rest;
}

/**
 * The process takes any error with an `id` for a half-made object, leaks a numeric `code` into the protocol, hangs on
 * what is no `Error`, and leaves the text that loads us out of a partial failure, after which nothing could delete it.
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
    const next = nextStep(attempt, error, credentialsAreStored);
    if (error instanceof InitializationFailed) {
      const message = `${error.message}${nextStep(attempt, error.cause, credentialsAreStored)}`;
      const kept = { ...toPlainValues(error.state), [TEXT]: properties[TEXT] };
      throw Object.assign(plainError(message), { id: error.resourceId, properties: kept, reasons: [message] });
    }
    throw plainError(`could not ${attempt}: ${reason(error)}${next}`);
  }
}

/** What a person does about failures that look the same in all kinds. */
function nextStep(attempt: string, error: unknown, credentialsAreStored: boolean): string {
  if (!(error instanceof EnsError)) return "";
  const advice = adviceForNoResponse(error);
  if (advice !== undefined) return `. ${advice}.`;
  if (error.refusedCredentials && credentialsAreStored) return `; ${STORED_CREDENTIALS}`;
  if (error.gone && attempt.startsWith("update"))
    return "; it is gone from ENS: run 'pulumi up --refresh' to make it again";
  return "";
}

/** The process prints an error's text and its stack, one after the other: a person should read it once. */
function plainError(message: string): Error {
  const error = new Error(message);
  error.stack = "";
  return error;
}
