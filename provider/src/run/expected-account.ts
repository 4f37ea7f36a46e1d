import { getTokenContext } from "../ens/api";
import type { EnsClient } from "../ens/client";
import { EnsError, reason } from "../ens/errors";

/** The business unit that `expectAccountId` requires the token to be for. */
export interface ExpectedAccount {
  /** MID as a string. */
  readonly accountId: string;
  /** Whether the token is requested for this MID, and not for the default business unit of the package. */
  readonly isRequested: boolean;
  /** How to use that business unit: an imperative clause in lower case. */
  readonly howToUse: string;
}

/** Statuses of responses without a business unit, because the route is not available or returns another format. */
const UNCONFIRMED: (number | undefined)[] = [200, 401, 403, 404, 405];

/** Explains why nothing may be done in the business unit `actual`. */
export function wrongAccount(actual: string, { accountId, howToUse }: Omit<ExpectedAccount, "isRequested">): string {
  const problem = `the current settings use business unit ${actual}, but ens:expectAccountId is ${accountId}`;
  return `${problem}. Nothing was read or changed. To use ${accountId}, ${howToUse}, or correct ens:expectAccountId`;
}

/**
 * Returns the business unit (MID) of the token, or `undefined` if ENS does not return it. Rejects when no response arrived.
 * Source: ENS REST contract §1.6.
 */
export async function askAccount(ens: EnsClient): Promise<string | undefined> {
  const response = await getTokenContext(ens).catch(keepUnconfirmed);
  return response instanceof EnsError ? undefined : String(response.organization.id);
}

function keepUnconfirmed(error: unknown): EnsError {
  if (error instanceof EnsError && UNCONFIRMED.includes(error.status)) return error;
  throw error;
}

/**
 * Explains why nothing may be done with this token. Returns `undefined` when the token is for the expected business unit.
 * Rejects when no response arrived. The request needs no permission.
 *
 * When ENS does not return the business unit, a token that was requested for the expected MID is accepted, because ENS
 * issues no token for another one then. Any other token is rejected, because its business unit cannot be confirmed.
 * Source: ENS REST contract §1.4, §1.6.
 */
export async function findWrongAccount(
  expected: ExpectedAccount,
  ens: EnsClient,
  warn: (line: string) => void,
): Promise<string | undefined> {
  const { accountId, isRequested, howToUse } = expected;
  const response = await getTokenContext(ens)
    .catch(keepUnconfirmed)
    .catch((error: unknown) => {
      throw new EnsError(
        `could not find out which business unit the token is for: ${reason(error)}`,
        { sent: false },
        error,
      );
    });
  if (!(response instanceof EnsError)) {
    const actual = String(response.organization.id);
    return actual === accountId ? undefined : wrongAccount(actual, expected);
  }
  const unsure = `ENS did not return the business unit of the token (${response.message})`;
  if (!isRequested) {
    const problem = `${unsure}, so it may not be ${accountId}, which ens:expectAccountId requires`;
    return `${problem}. Nothing was read or changed. To use ${accountId}, ${howToUse}, or remove ens:expectAccountId`;
  }
  warn(`${unsure}. It is assumed to be ${accountId}, because the token was issued for ens:accountId ${accountId}.`);
  return undefined;
}
