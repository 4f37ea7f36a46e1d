import { isDeepStrictEqual } from "node:util";
import {
  createAuthScheme,
  deleteAuthScheme,
  getAuthScheme,
  listAuthSchemes,
  listCallbackNames,
  updateAuthScheme,
} from "../../ens/api";
import { EnsError } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";
import { authScheme as properties } from "../../properties/auth-scheme";
import type { InputsOf, StateOf } from "../../properties/derived-types";
import { pickSent } from "../../properties/facts";
import type { Run } from "../../run/run";
import { leaveInEns } from "../blockers";
import { deleteUnlessUsed, type Found } from "../delete-unless-used";
import { defineKind, without } from "../kind";
import { mergeLive } from "../live";
import { Progress } from "../progress";
import { tryAuthorizationServer } from "./preflight";

const LEGACY =
  "the password grant is legacy, and gives ENS a user's password; take client_credentials if your server has it";
const GONE = "ENS does not know it any more, so another one is made and given to the callbacks that use it here";
/** Also what a lost answer leads to where each update gives a new id: the repeated one names the old id. */
const RECOVERY =
  "so it is gone, or has an id that nobody knows: the next 'pulumi up' makes another one and gives it to the callbacks " +
  "that use it here (a refresh cannot see this); if this comes back at each change, see ens:authSchemeShape";
const NO_TOKEN =
  "ENS asks authUrl for a token before it accepts a scheme: it must answer within 2 s with an access_token";
const OTHER_FORM =
  "no document shows the form of this request: should ENS want another one, give it as ens:authSchemeShape";
const NO_IMPORT =
  "an auth scheme cannot be imported, because ENS gives nobody its credentials; create another one with the credentials " +
  "that you know, and give it to the callbacks in place of the old authId";
const LOST_CREATE = "ENS cannot list schemes, so one may exist now that nobody uses; run 'pulumi up' again";
const LOST_UPDATE = "whether it was changed is not known, and the next 'pulumi up' sends it again";

type Inputs = InputsOf<typeof properties>;
export type AuthSchemeState = StateOf<typeof properties>;

/** The JSON of these routes is in no document; what is sent here is assumed. Source: ENS REST contract §5. */
export const authScheme = defineKind<Inputs, AuthSchemeState>({
  name: "AuthScheme",
  noun: "auth scheme",
  properties,
  forms: {},
  mustReplace: ({ gone }) => (gone ? { property: "gone", why: GONE } : undefined),
  needsUpdate: ({ unconfirmed }) => unconfirmed === true,
  warnings: (given) => [...(given.grantType === "password" ? [LEGACY] : []), ...findPaddedCredentials(given)],
  label,

  rules: ({ grantType }, has) => {
    if (grantType === undefined) return [];
    return (["username", "password"] as const).flatMap((property) => {
      if (grantType === "password" && !has(property)) {
        return [{ property, reason: `is missing; the password grant needs it` }];
      }
      if (grantType !== "password" && has(property)) {
        return [{ property, reason: `is for the password grant only; remove it, or set grantType to "password"` }];
      }
      return [];
    });
  },

  async create(run, inputs) {
    if (inputs.preflight !== undefined) await tryAuthorizationServer(inputs);
    try {
      const { authId } = await createAuthScheme(run.ens, run.authSchemeShape, requestFields(inputs));
      return { id: authId, state: { ...inputs, authId } };
    } catch (error) {
      throw error instanceof EnsError ? withAdvice(error, LOST_CREATE) : error;
    }
  },

  async import() {
    throw new Error(NO_IMPORT);
  },

  async read(run, id, state) {
    try {
      const { authUrl, grantType } = await getAuthScheme(run.ens, state.authId ?? id);
      const known = properties.grantType.type.words.find((word) => word === grantType);
      return mergeLive(properties, without(state, "gone"), { authUrl, grantType: known });
    } catch (error) {
      if (!(error instanceof EnsError && (error.status === 404 || error.status === 405))) throw error;
      if (error.gone && (await canBeRead(run))) throw error;
      return state;
    }
  },

  async update(run, id, inputs, state) {
    const authId = state.authId ?? id;
    const settled = { ...inputs, authId };
    if (isDeepStrictEqual(requestFields(inputs), requestFields(state)) && state.unconfirmed !== true) return settled;
    if (inputs.preflight !== undefined) await tryAuthorizationServer(inputs);
    const progress = new Progress<AuthSchemeState>("auth scheme", id, { ...state, authId }, false);
    return progress.finish(async () => {
      try {
        const answered = await updateAuthScheme(run.ens, run.authSchemeShape, authId, requestFields(inputs));
        progress.record({ ...settled, authId: answered?.authId ?? authId });
      } catch (error) {
        if (!(error instanceof EnsError)) throw error;
        if (error.gone) {
          const message = `auth scheme ${authId} could not be changed: ${error.message}; ${RECOVERY}`;
          progress.record({ ...progress.state, gone: true });
          throw progress.partialFailureError(message, error);
        }
        // Credentials cannot be read back, so that nobody can see whether it took effect.
        if (error.lost) progress.record({ ...progress.state, unconfirmed: true });
        throw withAdvice(error, LOST_UPDATE);
      }
    });
  },

  async delete(run, id, state) {
    const authId = state.authId ?? id;
    if (state.onDelete === "retain") {
      leaveInEns(run, authId, `auth scheme ${authId} (${label(state)})`);
      return;
    }
    const deleteIt = () => deleteAuthScheme(run.ens, run.authSchemeShape, authId);
    await deleteUnlessUsed(
      run,
      { id: authId, object: `auth scheme ${authId}`, delete: deleteIt },
      {
        noun: "callback",
        advice: `delete them or give them another scheme first; with onDelete: "retain" it would stay, too`,
        find: () => findUsers(run, authId),
      },
    );
  },
});

function label({ authUrl }: Partial<Inputs>): string {
  return `for ${authUrl === undefined ? "?" : shownUrl(authUrl)}`;
}

/** A secret that was read from a file often ends with a line break, and the authorization server refuses it then. */
function findPaddedCredentials(given: Partial<Inputs>): string[] {
  const credentials = ["clientId", "clientSecret", "username", "password"] as const;
  const padded = credentials.filter((property) => given[property] !== given[property]?.trim());
  return padded.map((property) => `${property} begins or ends with white space, which is sent as it is`);
}

/** A callback may be listed without its scheme, also with one. Source: ENS REST contract §11 #9. */
async function findUsers(run: Run, authId: string): Promise<Found> {
  const all = await listCallbackNames(run.ens);
  const named = all.map((each) => ({ id: each.callbackId, name: each.callbackName, uses: each.authId }));
  const hidden = named.every(({ uses }) => uses === undefined);
  return { blockers: named.filter(({ uses }) => uses === authId), perhaps: hidden ? named : [] };
}

function requestFields(from: Inputs): object {
  return { authType: "oauth2", ...pickSent(properties, ["stored"], from) };
}

/** ENS offers no GET for schemes, as far as documented. Only where it does, a 404 means gone. Source: §11 #3. */
async function canBeRead(run: Run): Promise<boolean> {
  return listAuthSchemes(run.ens).then(
    () => true,
    () => false,
  );
}

/** What to do about the failures that only schemes have. Source: ENS REST contract §5.1, §9.5, §11.3 A3. */
function withAdvice(error: EnsError, whenLost: string): Error {
  const { status = 0, errorcode = 0 } = error;
  const form = status === 405 || status === 415 || (status === 400 && errorcode >= 10_000 && errorcode < 10_005);
  const next = form ? OTHER_FORM : status === 400 ? NO_TOKEN : error.lost ? whenLost : undefined;
  return next === undefined ? error : new Error(`${error.message}; ${next}`, { cause: error });
}
