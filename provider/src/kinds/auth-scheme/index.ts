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
import { keepInEns } from "../blockers";
import { deleteUnlessUsed, type Found } from "../delete-unless-used";
import { defineKind, without } from "../kind";
import { mergeLive } from "../live";
import { Progress } from "../progress";
import { tryAuthorizationServer } from "./preflight";

const DEPRECATED =
  "the password grant is deprecated and gives ENS the password of a user. Use client_credentials if your authorization " +
  "server supports it.";
const GONE = "ENS no longer has this auth scheme, so a new one is created and the callbacks of this stack are updated.";
/** Also follows a lost response if ENS gives a new id at each update, because the repeated update names the old id. */
const RECOVERY =
  "The scheme was deleted, or has a new id that is not in the state. A refresh cannot detect this. Run 'pulumi up' again " +
  "to create a new scheme and to update the callbacks of this stack. If this happens at every update, ENS may expect " +
  "another request format: see ens:authSchemeShape.";
const NO_TOKEN =
  "ENS requests a token from authUrl before it accepts a scheme. Make sure that authUrl returns an access_token within 2 s.";
const OTHER_FORMAT =
  "The format of this request is not documented. If ENS expects another format, set ens:authSchemeShape.";
const NO_IMPORT =
  "an auth scheme cannot be imported, because ENS never returns credentials. Create a new scheme with credentials that you " +
  "know, and use it in the callbacks in place of the old authId.";
const LOST_CREATE =
  "ENS may have created a scheme that nothing uses, and ENS cannot list schemes. Run 'pulumi up' again.";
const LOST_UPDATE = "ENS may have updated the scheme. The next 'pulumi up' sends the update again.";

type Inputs = InputsOf<typeof properties>;
export type AuthSchemeState = StateOf<typeof properties>;

/** The JSON of these routes is not documented, so the request format is assumed. Source: ENS REST contract §5. */
export const authScheme = defineKind<Inputs, AuthSchemeState>({
  name: "AuthScheme",
  noun: "auth scheme",
  properties,
  forms: {},
  mustReplace: ({ gone }) => (gone ? { property: "gone", why: GONE } : undefined),
  needsUpdate: ({ unconfirmed }) => unconfirmed === true,
  warnings: (given) => [...(given.grantType === "password" ? [DEPRECATED] : []), ...findPaddedCredentials(given)],
  label,

  rules: ({ grantType }, has) => {
    if (grantType === undefined) return [];
    return (["username", "password"] as const).flatMap((property) => {
      if (grantType === "password" && !has(property)) {
        return [{ property, reason: `is missing; the password grant requires it` }];
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
        const updated = await updateAuthScheme(run.ens, run.authSchemeShape, authId, requestFields(inputs));
        progress.record({ ...settled, authId: updated?.authId ?? authId });
      } catch (error) {
        if (!(error instanceof EnsError)) throw error;
        if (error.gone) {
          const message = `auth scheme ${authId} could not be updated: ${error.message}\n${RECOVERY}`;
          progress.record({ ...progress.state, gone: true });
          throw progress.partialFailureError(message, error);
        }
        // ENS never returns credentials, so a read cannot show whether the update took effect.
        if (error.lost) progress.record({ ...progress.state, unconfirmed: true });
        throw withAdvice(error, LOST_UPDATE);
      }
    });
  },

  async delete(run, id, state) {
    const authId = state.authId ?? id;
    if (state.onDelete === "retain") {
      keepInEns(run, authId, `auth scheme ${authId} (${label(state)})`);
      return;
    }
    const deleteIt = () => deleteAuthScheme(run.ens, run.authSchemeShape, authId);
    await deleteUnlessUsed(
      run,
      { id: authId, object: `auth scheme ${authId}`, delete: deleteIt },
      {
        noun: "callback",
        advice: `Delete them or give them another scheme first, or keep the scheme in ENS with onDelete: "retain".`,
        find: () => findUsers(run, authId),
      },
    );
  },
});

function label({ authUrl }: Partial<Inputs>): string {
  return `for ${authUrl === undefined ? "an unknown URL" : shownUrl(authUrl)}`;
}

/**
 * Warns about white space. A secret from a file often ends with a line break, and authorization servers then reject it.
 */
function findPaddedCredentials(given: Partial<Inputs>): string[] {
  const credentials = ["clientId", "clientSecret", "username", "password"] as const;
  const padded = credentials.filter((property) => given[property] !== given[property]?.trim());
  return padded.map((property) => `${property} begins or ends with white space, which is sent unchanged`);
}

/** ENS may list a callback without its `authId`, even if a scheme is attached. Source: ENS REST contract §11 #9. */
async function findUsers(run: Run, authId: string): Promise<Found> {
  const all = await listCallbackNames(run.ens);
  const named = all.map((each) => ({ id: each.callbackId, name: each.callbackName, uses: each.authId }));
  const hidden = named.every(({ uses }) => uses === undefined);
  return { blockers: named.filter(({ uses }) => uses === authId), perhaps: hidden ? named : [] };
}

function requestFields(from: Inputs): object {
  return { authType: "oauth2", ...pickSent(properties, ["stored"], from) };
}

/** Whether ENS has a GET for schemes, which is not documented. Only then a 404 means deleted. Source: §11 #3. */
async function canBeRead(run: Run): Promise<boolean> {
  return listAuthSchemes(run.ens).then(
    () => true,
    () => false,
  );
}

/** Adds advice to failures that occur only with schemes. Source: ENS REST contract §5.1, §9.5, §11.3 A3. */
function withAdvice(error: EnsError, whenLost: string): Error {
  const { status = 0, errorcode = 0 } = error;
  const isFormat = status === 405 || status === 415 || (status === 400 && errorcode >= 10_000 && errorcode < 10_005);
  const next = isFormat ? OTHER_FORMAT : status === 400 ? NO_TOKEN : error.lost ? whenLost : undefined;
  return next === undefined ? error : new Error(`${error.message}\n${next}`, { cause: error });
}
