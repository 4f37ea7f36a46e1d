import { guards } from "./guards";
import { CALLBACKS, created, wanted } from "./steps";
import type { Case } from "./suite";

/** The guards of all routes of callbacks. */
export const CALLBACK_GUARDS: readonly Case[] = [
  ...guards({
    id: "callback.create",
    scope: "event_notification_callback_create",
    request: async (ens) => ({ method: "POST", path: CALLBACKS, body: [wanted(ens)] }),
  }),
  ...guards({
    id: "callback.list",
    scope: "event_notification_callback_read",
    request: async (ens) => {
      await created(ens);
      return { method: "GET", path: CALLBACKS };
    },
  }),
  ...guards({
    id: "callback.get",
    scope: "event_notification_callback_read",
    request: async (ens) => ({ method: "GET", path: `${CALLBACKS}/${(await created(ens)).callbackId}` }),
  }),
  ...guards({
    id: "callback.update",
    scope: "event_notification_callback_update",
    request: async (ens) => {
      const { callbackId } = await created(ens);
      return { method: "PUT", path: CALLBACKS, body: [{ callbackId, callbackName: ens.name("renamed") }] };
    },
  }),
  ...guards({
    id: "callback.delete",
    scope: "event_notification_callback_delete",
    request: async (ens) => ({ method: "DELETE", path: `${CALLBACKS}/${(await created(ens)).callbackId}` }),
  }),
];
