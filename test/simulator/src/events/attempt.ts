import type { Service } from "../api/service";
import type { CustomerTokens } from "../customer/customer-tokens";
import { NoAnswer } from "../customer/outbound";
import type { StoredScheme } from "../store";
import type { Delivery } from "./emission";
import { isAcknowledged, limitOf } from "./retry";
import { signature } from "./signature";

/** The result of one POST. */
export interface Attempt {
  readonly acknowledged: boolean;
  /** Status of the receiver's response. */
  readonly status?: number;
  /** Why there was no response. */
  readonly error?: string;
  /** Kind of the header `Authorization`. */
  readonly authorization: Delivery["authorization"];
}

/** A POST of a batch, with the key that signs it and the auth scheme of the callback. */
export interface Post {
  readonly url: string;
  readonly body: Buffer;
  readonly key: string;
  readonly scheme: StoredScheme | undefined;
}

/** Sends one POST of a batch. A bearer token does not replace the signature: assumed. Source: ENS REST contract §5.4, §6.1. */
export async function attempt(service: Service, tokens: CustomerTokens, post: Post): Promise<Attempt> {
  const { url, body, key, scheme } = post;
  const token = scheme && (await tokens.of(scheme));
  const authorization = scheme === undefined ? "none" : token === undefined ? "null" : "bearer";
  const headers = {
    "content-type": "application/json",
    "x-sfmc-ens-signature": signature(key, body, service.switches),
    ...(scheme === undefined ? {} : { authorization: `Bearer ${token ?? "null"}` }),
  };
  try {
    const { status } = await service.outbound.post(url, headers, body.toString(), limitOf(service.switches));
    // After 400 and 401, ENS requests a new token: observed. Source: §5.4.
    if (scheme && token && (status === 400 || status === 401)) await tokens.refused(scheme, token);
    // A delivery with `Bearer null` fails whatever the response: documented. Source: §5.4, §11.3 A20.
    return { authorization, status, acknowledged: authorization !== "null" && isAcknowledged(status) };
  } catch (error) {
    if (error instanceof NoAnswer) return { authorization, error: error.message, acknowledged: false };
    throw error;
  }
}
