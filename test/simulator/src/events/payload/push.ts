import type { Family } from "./payload";

/** Events of MobilePush, in-app and inbox. The composite is documented, the place of `sendMethod` assumed. Source: §8.3. */
export const push: Family = () => ({
  composite: { deviceId: "b5c0ffee-0000-4000-8000-000000000001", subscriberId: "9" },
  info: { sendMethod: "Journey" },
});
