import { CREATE } from "./callbacks-create.cases";
import { ORPHANS } from "./callbacks-orphan.cases";
import { PROBE } from "./callbacks-probe.cases";
import { URLS } from "./callbacks-url.cases";
import { exercise } from "./suite";

exercise([...CREATE, ...URLS, ...PROBE, ...ORPHANS]);
