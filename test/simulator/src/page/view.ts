import { createHash } from "node:crypto";
import { CATALOGUE } from "../events/catalogue";
import { QUESTIONS } from "../questions";
import { defaults } from "../switches";
import type { World } from "../world";
import { startFacts } from "./start";

/** The page shows only the newest items of each list, so that it stays fast. */
const MOST_OBJECTS = 200;
const MOST_ENTRIES = 100;

interface Shown<Item> {
  readonly total: number;
  /** Newest first. */
  readonly items: readonly Item[];
}

function newest<From, To>(all: readonly From[], most: number, show: (one: From) => To): Shown<To> {
  return { total: all.length, items: all.slice(-most).reverse().map(show) };
}

/** Builds the content of the page without secrets. Each part is sent again only when it changed. */
export function view(world: World): Readonly<Record<string, unknown>> {
  const { store, clock, journal, deliveries, switches } = world;
  const { callbacks, subscriptions, authentications } = store.state;
  const names = new Map(callbacks.map(({ callbackId, callbackName }) => [callbackId, callbackName]));
  const uses = new Map<string | undefined, number>();
  for (const { authId } of callbacks) uses.set(authId, (uses.get(authId) ?? 0) + 1);
  return {
    about: about(world),
    clock: { now: clock.now(), mode: clock.mode },
    switches,
    callbacks: newest(callbacks, MOST_OBJECTS, (callback) => {
      const { callbackId, callbackName, url, maxBatchSize, authId, status, statusReason, keyState, mid } = callback;
      const { createdAt, verifiedAt, suspendedUntil } = callback;
      return {
        ...{ callbackId, callbackName, url, maxBatchSize, authId, status, statusReason, keyState, mid },
        ...{ createdAt, verifiedAt, suspendedUntil },
        keyFingerprint: fingerprint(callback.signatureKey),
        subscriptions: store.attachedTo(callbackId).length,
      };
    }),
    subscriptions: newest(subscriptions, MOST_OBJECTS, (subscription) => {
      const { subscriptionId, subscriptionName, callbackId, eventCategoryTypes, filters } = subscription;
      const { status, statusReason, mid } = subscription;
      return {
        ...{ subscriptionId, subscriptionName, callbackId, eventCategoryTypes, filters, status, statusReason, mid },
        callbackName: names.get(callbackId),
      };
    }),
    schemes: newest(
      authentications,
      MOST_OBJECTS,
      ({ authId, authType, grantType, authUrl, clientId, scope, mid }) => ({
        ...{ authId, authType, grantType, authUrl, clientId, scope, mid },
        callbacks: uses.get(authId) ?? 0,
      }),
    ),
    deliveries: newest(deliveries.list, MOST_ENTRIES, (delivery) => ({
      ...delivery,
      callbackName: names.get(delivery.callbackId),
    })),
    requests: {
      total: journal.length,
      items: journal.last(MOST_ENTRIES).map(({ number, entry: { at, client, method, path, status, fault, note } }) => ({
        ...{ number, at, client, method, path, status, fault, note },
      })),
    },
  };
}

/** Fingerprint that reveals a change of a key, but not the key. */
const fingerprint = (key: string) => createHash("sha256").update(String(key)).digest("hex").slice(0, 8);

/** The part that never changes. */
function about(world: World): object {
  const usual: Readonly<Record<string, unknown>> = defaults();
  const { version, restUrl, tokenUrl, clientId, clientSecret } = startFacts(world);
  return {
    ...{ version, restUrl, tokenUrl, clientId, clientSecret },
    eventTypes: Object.keys(CATALOGUE),
    questions: Object.entries(QUESTIONS).map(([name, question]) => ({
      name,
      number: question.question,
      meaning: question.meaning,
      usual: usual[name],
      ...("choices" in question ? { choices: question.choices } : {}),
      ...("most" in question ? { unlimited: true } : {}),
    })),
  };
}
