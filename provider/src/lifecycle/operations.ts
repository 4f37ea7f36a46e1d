import { EnsError } from "../ens/errors";
import { poll, readLagLeft } from "../ens/poll";
import { InitializationFailed } from "../kinds/initialization-failed";
import type { Kind, Values } from "../kinds/kind";
import type { Run } from "../run/run";
import { askAndThrowIfOtherUnit, throwIfOtherUnit } from "./business-unit";
import { isSameValue } from "./diff";
import { generatedNameOf } from "./generated-name";
import { holderOf } from "./holder";
import { resolveInputs } from "./inputs";
import { ACCOUNT, CREATED, pick, withoutUndefined } from "./values";

/** Not stored in the state, because `generatedNameOf` derives it. */
const NOT_KEPT = { generatedName: undefined };

/** Creates an object. A partial failure rejects with `InitializationFailed`, which contains the state to keep. */
export async function create(kind: Kind, run: Run, inputs: Values): Promise<{ id: string; outs: Values }> {
  const values = requireInputs(kind, inputs);
  const created = new Date(run.clock.now()).toISOString();
  // The business unit is requested last, because a failed preflight promises that no request was sent to ENS.
  const kept = async (id: string, state: object): Promise<Values> => {
    const added = { [ACCOUNT]: await run.accountId(), [CREATED]: created };
    const outs = withoutUndefined({ ...added, ...state, ...spellingOf(kind, inputs), ...NOT_KEPT });
    run.objects.hold(id, holderOf(kind, outs));
    return outs;
  };
  try {
    const { id, state } = await kind.create(run, values);
    return { id, outs: await kept(id, state) };
  } catch (error) {
    if (!(error instanceof InitializationFailed)) throw error;
    const { resourceId, state, message } = error;
    throw new InitializationFailed(resourceId, await kept(resourceId, state), message, { cause: error.cause });
  }
}

/**
 * Reads an object that is in no state, by its id. Returns the inputs that a program needs to describe the object, and its
 * state. Rejects when the object does not exist, or when no resource can describe it.
 */
export async function importObject(kind: Kind, run: Run, id: string): Promise<{ inputs: Values; props: Values }> {
  const { inputs, state } = await kind.import(run, id).catch((error: unknown) => {
    if (!(error instanceof EnsError && error.gone)) throw error;
    throw new Error(`${kind.noun} ${id} does not exist in this business unit. Use the id of an existing ${kind.noun}.`);
  });
  const props = withoutUndefined({ [ACCOUNT]: await run.accountId(), ...state, ...spellingOf(kind, inputs) });
  run.objects.hold(id, holderOf(kind, props));
  return { inputs: withoutUndefined(inputs), props };
}

/**
 * Reads the current state of an object. Resolves with `undefined` when the object no longer exists. `inputs` are the inputs
 * that a program needs to describe the object. They are present only after drift, because the actual inputs of the program
 * are not known here.
 */
export async function read(
  kind: Kind,
  run: Run,
  id: string,
  state: Values,
): Promise<{ props: Values; inputs?: Values } | undefined> {
  throwIfOtherUnit(state, run.knownAccountId);
  // A resource with the option `id` reads an object that it did not create, and has no state yet.
  const isGet = !(kind.identity in state);
  // The engine never deletes an object that such a resource reads, so the resource does not count as a holder.
  if (!isGet) run.objects.hold(id, holderOf(kind, state));
  const props = await poll(run, readLagLeft(run, state[CREATED]), `ENS to show ${kind.noun} ${id}`, () =>
    kind.read(run, id, state).then(
      (live) => live as Values,
      (error: unknown) => {
        if (error instanceof EnsError && error.gone) return undefined;
        throw error;
      },
    ),
  );
  if (props === undefined) {
    await askAndThrowIfOtherUnit(run, state);
    if (isGet)
      throw new Error(
        `${kind.noun} ${id} does not exist in this business unit. Use the id of an existing ${kind.noun}.`,
      );
    if (kind.warningWhenDeleted !== undefined) {
      run.warn(`${kind.noun} ${id} (${kind.label(state)}): ${kind.warningWhenDeleted}`);
    }
    return undefined;
  }
  if (isGet) return { props: { ...props, [kind.identity]: id } };
  const inputs = inputsAfterDrift(kind, state, props);
  return { props, ...(inputs === undefined ? {} : { inputs }) };
}

/** Updates an object. A partial failure rejects with `InitializationFailed`, which contains the state to keep. */
export async function update(kind: Kind, run: Run, id: string, inputs: Values, state: Values): Promise<Values> {
  const values = requireInputs(kind, inputs);
  throwIfOtherUnit(state, run.knownAccountId);
  run.objects.hold(id, holderOf(kind, { ...state, owner: values.owner ?? state.owner }));
  const kept = (now: object): Values => {
    const { [CREATED]: created, [ACCOUNT]: account = run.knownAccountId } = state;
    return withoutUndefined({
      [CREATED]: created,
      [ACCOUNT]: account,
      ...now,
      ...spellingOf(kind, inputs),
      generatedName: undefined,
    });
  };
  try {
    return kept(await kind.update(run, id, values, state));
  } catch (error) {
    if (error instanceof EnsError && error.gone) await askAndThrowIfOtherUnit(run, state);
    if (!(error instanceof InitializationFailed)) throw error;
    throw new InitializationFailed(id, kept(error.state), error.message, { cause: error.cause });
  }
}

function spellingOf(kind: Kind, inputs: Values): object {
  return kind.spellingOf?.(inputs) ?? {};
}

function requireInputs(kind: Kind, inputs: Values): Values {
  const { values, failures } = resolveInputs(kind, inputs);
  if (failures.length > 0) throw new Error(failures.map(({ property, reason }) => `${property} ${reason}`).join("; "));
  const { ignoredPaths: _, autoNamed: __, ...asked } = values;
  return asked;
}

/**
 * Returns the inputs that describe an object after drift. Returns `undefined` without drift, and when the state does not
 * record in which format the program writes a drifted property.
 */
function inputsAfterDrift(kind: Kind, before: Values, now: Values): Values | undefined {
  const declared = Object.keys(kind.inputs.shape);
  const drifted = declared.filter((key) => !isSameValue(kind, key, before[key], now[key]));
  if (drifted.length === 0) return undefined;
  const isRecorded = Object.keys(kind.spellingOf?.(now) ?? {}).every((key) => key in before);
  if (!isRecorded && drifted.some((key) => Array.isArray(now[key]))) return undefined;
  const isGenerated = kind.named !== undefined && before[kind.named.property] === generatedNameOf(kind, before);
  const autoNamed = isGenerated ? { autoNamed: true } : {};
  return withoutUndefined({ ...pick({ ...now, ...(kind.inWrittenForm?.(now) ?? {}) }, declared), ...autoNamed });
}
