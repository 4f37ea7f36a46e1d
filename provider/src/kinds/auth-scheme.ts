import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { list } from "../ens/codec";
import { EnsError, emptyWhenGone } from "../ens/errors";
import { httpsUrl, text } from "../ens/property";
import { schemeCalls, withAuthId } from "../ens/scheme-shape";
import { tokenPreflight } from "../verification/token-preflight";
import { leaves } from "./blockers";
import { deleteUnlessUsed, type Found } from "./delete-unless-used";
import { InitializationFailed, type Kind, without } from "./kind";

const GRANTS = `"client_credentials", or "password" (legacy)`;
const UNKNOWN = `is unknown; give "restrict" or "retain"`;
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
const LOST_CREATE = "ENS cannot list schemes, so one may exist now that nobody uses; run 'pulumi up' again";
const LOST_UPDATE = "whether it was changed is not known; run 'pulumi up' again";
const NO_CASCADE =
  `is "cascade", but callbacks are never deleted with a scheme: their signature keys would be gone and their receivers ` +
  `deaf; give "restrict" or "retain"`;

/** What both sides speak. */
const wire = z.strictObject({
  grantType: z.enum(["client_credentials", "password"], { error: `is not a grant ENS knows; give ${GRANTS}` }),
  authUrl: httpsUrl("the https address of your authorization server's token endpoint", { port: true, query: true }),
  clientId: text("the client id that your authorization server gave out for ENS"),
  clientSecret: text("the client secret that belongs to clientId"),
  username: text("the user that ENS signs in as, with the password grant").optional(),
  password: text("the password of username, with the password grant").optional(),
  scope: text("the scopes, separated by spaces, or leave it out").optional(),
});
/** With what is ours and never sent. */
const inputs = wire.extend({
  preflight: z.literal("token", { error: `is unknown; give "token", or leave it out` }).optional(),
  onDelete: z
    .enum(["restrict", "retain"], { error: ({ input }) => (input === "cascade" ? NO_CASCADE : UNKNOWN) })
    .optional(),
});
/** Credentials never come back. Source: ENS REST contract §5.1. */
const answer = withAuthId(
  z.object({ authId: z.string().min(1), authUrl: z.string().optional(), grantType: z.string().optional() }),
);
const user = z.object({ callbackId: z.string(), callbackName: z.string(), authId: z.string().nullish() });

export type AuthSchemeInputs = z.input<typeof inputs>;
type Inputs = z.output<typeof inputs>;
export interface AuthSchemeState extends Inputs {
  /** ENS may give another one with an update. Source: ENS REST contract §11 #5. */
  authId: string;
  /** ENS did not know it any more when it was to be changed. */
  gone?: boolean;
}

/** The JSON of these routes is in no document; what is sent here is assumed. Source: ENS REST contract §5. */
export const authScheme: Kind<Inputs, AuthSchemeState> = {
  noun: "auth scheme",
  inputs,
  replaces: [],
  uncompared: ["preflight"],
  unique: [],
  beyondRepair: ({ gone }) => (gone ? { property: "gone", why: GONE } : undefined),
  warnings: ({ grantType }) => (grantType === "password" ? [LEGACY] : []),
  label: ({ authUrl }) => `for ${authUrl?.split("?")[0] ?? "?"}`,

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

  async create(ens, inputs) {
    if (inputs.preflight !== undefined) await tokenPreflight(inputs);
    const { path, body } = schemeCalls(ens.authSchemeShape).create(sent(inputs));
    try {
      const { authId } = await ens.post(path, body, answer);
      return { id: authId, state: { ...inputs, authId } };
    } catch (error) {
      throw error instanceof EnsError ? explained(error, LOST_CREATE) : error;
    }
  },

  async read(ens, id, state) {
    try {
      const path = schemeCalls(ens.authSchemeShape).item(state.authId ?? id);
      const { authUrl, grantType } = await ens.get(path, answer);
      const known = inputs.shape.grantType.safeParse(grantType);
      return {
        ...without(state, "gone"),
        ...(authUrl ? { authUrl } : {}),
        ...(known.success ? { grantType: known.data } : {}),
      };
    } catch (error) {
      if (!(error instanceof EnsError && (error.status === 404 || error.status === 405))) throw error;
      if (error.gone && (await canBeRead(ens))) throw error;
      return state;
    }
  },

  async update(ens, id, inputs, state) {
    const authId = state.authId ?? id;
    if (isDeepStrictEqual(sent(inputs), sent(state))) return { ...inputs, authId };
    if (inputs.preflight !== undefined) await tokenPreflight(inputs);
    const { path, body } = schemeCalls(ens.authSchemeShape).update(authId, sent(inputs));
    try {
      const answered = await ens.put(path, body, answer);
      return { ...inputs, authId: answered?.authId ?? authId };
    } catch (error) {
      if (error instanceof EnsError && error.gone) {
        const message = `auth scheme ${authId} could not be changed: ${error.message}; ${RECOVERY}`;
        throw new InitializationFailed(id, { ...state, authId, gone: true }, message, { cause: error });
      }
      throw error instanceof EnsError ? explained(error, LOST_UPDATE) : error;
    }
  },

  async delete(ens, id, state) {
    const authId = state.authId ?? id;
    if (state.onDelete === "retain") {
      leaves(ens, authId, `auth scheme ${authId} (${this.label(state)})`);
      return;
    }
    await deleteUnlessUsed(ens, schemeCalls(ens.authSchemeShape).remove(authId), `auth scheme ${authId}`, {
      noun: "callback",
      advice: `delete them or give them another scheme first; with onDelete: "retain" it would stay, too`,
      find: () => users(ens, authId),
    });
  },
};

/** A callback may be listed without its scheme, also with one. Source: ENS REST contract §11 #9. */
async function users(ens: EnsClient, authId: string): Promise<Found> {
  const all = await ens.get("/platform/v1/ens-callbacks", list(user)).catch(emptyWhenGone);
  const named = all.map((each) => ({ id: each.callbackId, name: each.callbackName, uses: each.authId }));
  const hidden = named.every(({ uses }) => uses === undefined);
  return { blockers: named.filter(({ uses }) => uses === authId), perhaps: hidden ? named : [] };
}

function sent(from: Inputs): object {
  const fields = Object.keys(wire.shape) as (keyof typeof wire.shape)[];
  return { authType: "oauth2", ...Object.fromEntries(fields.map((key) => [key, from[key]])) };
}

/** ENS offers no GET for schemes, as far as documented. Only where it does, a 404 means gone. Source: §11 #3. */
async function canBeRead(ens: EnsClient): Promise<boolean> {
  return ens.list(schemeCalls(ens.authSchemeShape).list, z.unknown()).then(
    () => true,
    () => false,
  );
}

/** What to do about the failures that only schemes have. Source: ENS REST contract §5.1, §9.5, §11.3 A3. */
function explained(error: EnsError, whenLost: string): Error {
  const { status = 0, errorcode = 0 } = error;
  const form = status === 405 || status === 415 || (status === 400 && errorcode >= 10_000 && errorcode < 10_005);
  const next = form ? OTHER_FORM : status === 400 ? NO_TOKEN : error.lost ? whenLost : undefined;
  return next === undefined ? error : new Error(`${error.message}; ${next}`, { cause: error });
}
