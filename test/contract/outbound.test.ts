import { OUTBOUND } from "./outbound.cases";
import { exercise } from "./suite";

exercise(OUTBOUND);
