import { getTokenContext } from "../ens/api";
import type { EnsClient } from "../ens/client";
import { EnsError, reason } from "../ens/errors";

/** The business unit that a person wants to act in, to be compared with the one that the token is for. */
export interface ExpectedAccount {
  /** MID, as a text. */
  readonly accountId: string;
  /** Whether the token is asked for by this MID, and not for whichever business unit the package belongs to. */
  readonly asked: boolean;
  /** What to do to act there. */
  readonly wayOut: string;
}

/** Answers without a business unit: the route is not for us, or says something else. */
const SILENT: (number | undefined)[] = [200, 401, 403, 404, 405];

/** Why nothing may be done in the business unit `actual`: the same words whether the settings tell it or ENS does. */
export function wrongAccount(actual: string, { accountId, wayOut }: Omit<ExpectedAccount, "asked">): string {
  const message = `this is business unit ${actual}, and ens:expectAccountId is ${accountId}: nothing was read or changed`;
  return `${message}; to act in ${accountId}, ${wayOut}; or correct ens:expectAccountId`;
}

/**
 * The business unit (MID) that the token is for; `undefined` where ENS does not tell. Rejects when there was no answer.
 * Source: ENS REST contract §1.6.
 */
export async function askAccount(ens: EnsClient): Promise<string | undefined> {
  const answer = await getTokenContext(ens).catch(keepSilentAnswer);
  return answer instanceof EnsError ? undefined : String(answer.organization.id);
}

function keepSilentAnswer(error: unknown): EnsError {
  if (error instanceof EnsError && SILENT.includes(error.status)) return error;
  throw error;
}

/**
 * Why nothing may be done with this token; `undefined` when it is for the expected business unit. Rejects when there was
 * no answer. It needs no permission of ENS.
 *
 * When ENS does not say, a token that was asked for by its MID is good enough, since there is none for another one then.
 * One that was not is refused: what nobody could confirm is not what the person expects.
 * Source: ENS REST contract §1.4, §1.6.
 */
export async function refusedAccount(
  expected: ExpectedAccount,
  ens: EnsClient,
  warn: (line: string) => void,
): Promise<string | undefined> {
  const { accountId, asked, wayOut } = expected;
  const answer = await getTokenContext(ens)
    .catch(keepSilentAnswer)
    .catch((error: unknown) => {
      throw new EnsError(`cannot tell which business unit this is: ${reason(error)}`, { sent: false }, error);
    });
  if (!(answer instanceof EnsError)) {
    const actual = String(answer.organization.id);
    return actual === accountId ? undefined : wrongAccount(actual, expected);
  }
  const unsure = `ENS does not say which business unit this is (${answer.message})`;
  if (!asked) {
    const message = `${unsure}, and ens:expectAccountId is ${accountId}: nothing was read or changed`;
    return `${message}; ${wayOut}, or remove ens:expectAccountId`;
  }
  warn(`${unsure}; it is taken for ${accountId}, because the token was given for ens:accountId ${accountId}`);
  return undefined;
}
