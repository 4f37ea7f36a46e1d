import { SUBSCRIPTIONS_CREATE } from "./subscriptions-create.cases";
import { SUBSCRIPTIONS_DELETE } from "./subscriptions-delete.cases";
import { SUBSCRIPTIONS_READ } from "./subscriptions-read.cases";
import { SUBSCRIPTIONS_STATUS } from "./subscriptions-status.cases";
import { SUBSCRIPTIONS_TYPES } from "./subscriptions-types.cases";
import { SUBSCRIPTIONS_UPDATE } from "./subscriptions-update.cases";
import { exercise } from "./suite";

exercise([
  ...SUBSCRIPTIONS_CREATE,
  ...SUBSCRIPTIONS_TYPES,
  ...SUBSCRIPTIONS_READ,
  ...SUBSCRIPTIONS_UPDATE,
  ...SUBSCRIPTIONS_STATUS,
  ...SUBSCRIPTIONS_DELETE,
]);
