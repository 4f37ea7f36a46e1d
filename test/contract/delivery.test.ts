import { DELIVERY } from "./delivery.cases";
import { DELIVERY_BEARER } from "./delivery-bearer.cases";
import { DELIVERY_LEGACY } from "./delivery-legacy.cases";
import { DELIVERY_RETRY } from "./delivery-retry.cases";
import { DELIVERY_TLS } from "./delivery-tls.cases";
import { exercise } from "./suite";

// Retries over seven days are a thousand deliveries.
jest.setTimeout(60_000);

exercise([...DELIVERY, ...DELIVERY_TLS, ...DELIVERY_RETRY, ...DELIVERY_LEGACY, ...DELIVERY_BEARER]);
