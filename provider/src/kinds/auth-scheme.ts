import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { list, withAuthId } from "../ens/codec";
import { EnsError, emptyWhenGone } from "../ens/errors";
import { httpsUrl, text } from "../ens/property";
import { leaves } from "./blockers";
import { deleteUnlessUsed, type Found } from "./delete-unless-used";
import type { Kind } from "./kind";

const PATH = "/platform/v1/ens-authentications";
const GRANTS = `"client_credentials", or "password" (legacy)`;
const UNKNOWN = `is unknown; give "restrict" or "retain"`;
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
  authId: string;
}

/** The JSON of these routes is in no document; what is sent here is assumed. Source: ENS REST contract §5. */
export const authScheme: Kind<Inputs, AuthSchemeState> = {
  noun: "auth scheme",
  inputs,
  replaces: [],
  uncompared: [],
  unique: [],
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
    try {
      const { authId } = await ens.post(PATH, body(inputs), answer);
      return { id: authId, state: { ...inputs, authId } };
    } catch (error) {
      throw error instanceof EnsError ? explained(error) : error;
    }
  },

  async read(ens, id, state) {
    try {
      const { authUrl, grantType } = await ens.get(pathOf(state.authId ?? id), answer);
      const known = inputs.shape.grantType.safeParse(grantType);
      return { ...state, ...(authUrl ? { authUrl } : {}), ...(known.success ? { grantType: known.data } : {}) };
    } catch (error) {
      if (!(error instanceof EnsError && (error.status === 404 || error.status === 405))) throw error;
      if (error.gone && (await canBeRead(ens))) throw error;
      return state;
    }
  },

  async update(ens, id, inputs, state) {
    if (isDeepStrictEqual(body(inputs), body(state))) return { ...inputs, authId: state.authId ?? id };
    try {
      const answered = await ens.put(PATH, { ...body(inputs), authId: state.authId ?? id }, answer);
      return { ...inputs, authId: answered?.authId ?? state.authId };
    } catch (error) {
      throw error instanceof EnsError ? explained(error) : error;
    }
  },

  async delete(ens, id, state) {
    const authId = state.authId ?? id;
    if (state.onDelete === "retain") {
      leaves(ens, authId, `auth scheme ${authId} (${this.label(state)})`);
      return;
    }
    await deleteUnlessUsed(ens, pathOf(authId), `auth scheme ${authId}`, {
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

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
const body = (from: Inputs) => {
  const sent = Object.keys(wire.shape) as (keyof typeof wire.shape)[];
  return { authType: "oauth2", ...Object.fromEntries(sent.map((key) => [key, from[key]])) };
};

/** ENS offers no GET for schemes, as far as documented. Only where it does, a 404 means gone. Source: §11 #3. */
async function canBeRead(ens: EnsClient): Promise<boolean> {
  return ens.list(PATH, z.unknown()).then(
    () => true,
    () => false,
  );
}

/** What to do about the two failures that only schemes have. Source: ENS REST contract §5.1, §9.5. */
function explained(error: EnsError): Error {
  if (error.status === 400) {
    const check =
      "ENS asks authUrl for a token before it accepts a scheme: it must answer within 2 s with an access_token";
    return new Error(`${error.message}; ${check}`, { cause: error });
  }
  if (error.lost) {
    const next = "ENS cannot list schemes, so one may exist now that nobody uses; run 'pulumi up' again";
    return new Error(`${error.message}; ${next}`, { cause: error });
  }
  return error;
}
