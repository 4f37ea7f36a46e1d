import type { State, StoredCallback } from "pulumi-ens-simulator";
import type { Answer, Session } from "./suite";

export const CALLBACKS = "/platform/v1/ens-callbacks";
export const VERIFY = "/platform/v1/ens-verify";
export const REGENERATE = "/platform/v1/ens-regenerate";
export const SUBSCRIPTIONS = "/platform/v1/ens-subscriptions";
export const SCHEMES = "/platform/v1/ens-authentications";

/** 32 bytes in base64. */
export const KEY = /^[A-Za-z0-9+/]{43}=$/;
export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** An id that no object has. */
export const NOBODY = "00000000-0000-4000-8000-000000000000";

/** The response of a create. */
export interface Made {
  readonly callbackId: string;
  readonly callbackName: string;
  readonly url: string;
  readonly signatureKey: string;
  readonly maxBatchSize: number;
}

/** Builds a request for a callback at the receiver, with a unique name and URL. */
export const wanted = (ens: Session, over: object = {}) => ({
  callbackName: ens.name("orders"),
  url: ens.url("orders"),
  ...over,
});

/** Creates an unverified callback. */
export async function created(ens: Session, over: object = {}, token?: string): Promise<Made> {
  const body = [wanted(ens, over)];
  const answer = await ens.call("POST", CALLBACKS, body, token === undefined ? {} : { token });
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 201, text: expect.any(String) });
  return answer.items[0] as unknown as Made;
}

/** Verifies a callback with the key of the verification request. */
export async function verify(ens: Session, callbackId: string, token?: string): Promise<Answer> {
  return ens.call("POST", VERIFY, keyOf(ens, callbackId), token === undefined ? {} : { token });
}

/** Returns the body of the verification request. */
export function keyOf(ens: Session, callbackId: string): { callbackId: string; verificationKey: string } {
  const probe = ens.receiver.probes.find(({ body }) => body.includes(callbackId));
  return JSON.parse(probe?.body ?? "{}");
}

/** Creates a verified callback. */
export async function verified(ens: Session, over: object = {}, token?: string): Promise<Made> {
  const callback = await created(ens, over, token);
  expect((await verify(ens, callback.callbackId, token)).status).toBe(200);
  return callback;
}

/** Reads a callback. Resolves with `undefined` when it does not exist. */
export async function read(
  ens: Session,
  callbackId: string,
  token?: string,
): Promise<Record<string, unknown> | undefined> {
  const answer = await ens.call("GET", `${CALLBACKS}/${callbackId}`, undefined, token === undefined ? {} : { token });
  expect([200, 404]).toContain(answer.status);
  return answer.status === 200 ? answer.items[0] : undefined;
}

export async function listed(ens: Session, token?: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await ens.call("GET", CALLBACKS, undefined, token === undefined ? {} : { token });
  expect(answer.status).toBe(200);
  return answer.items;
}

/** Creates an auth scheme that the authorization server accepts. */
export async function scheme(ens: Session): Promise<string> {
  const body = {
    authType: "oauth2",
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    clientId: ens.name("client"),
    clientSecret: "made-up",
  };
  const answer = await ens.call("POST", SCHEMES, body);
  expect(answer.status).toBe(201);
  return String(answer.items[0]?.authId);
}

export async function subscribed(ens: Session, callbackId: string, token?: string): Promise<string> {
  const body = [{ subscriptionName: ens.name("sends"), callbackId, eventCategoryTypes: [EMAIL_SENT] }];
  const answer = await ens.call("POST", SUBSCRIPTIONS, body, token === undefined ? {} : { token });
  expect(answer.status).toBe(201);
  return String(answer.items[0]?.subscriptionId);
}

export const EMAIL_SENT = "TransactionalSendEvents.EmailSent";

/** Returns a callback as the simulator stores it. */
export async function stored(ens: Session, callbackId: string): Promise<StoredCallback | undefined> {
  return (await state(ens)).callbacks.find((callback) => callback.callbackId === callbackId);
}

export const state = (ens: Session): Promise<State> => ens.simulator.admin.state();

/** Asserts the error body of REST routes. Source: ENS REST contract §9.1. */
export function refusal(status: number, errorcode: number): object {
  const body = { message: expect.stringMatching(/./), errorcode, documentation: expect.any(String) };
  return expect.objectContaining({ status, body });
}
