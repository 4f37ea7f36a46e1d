import { CONSISTENCY } from "./consistency.cases";
import { CONSISTENCY_UNITS } from "./consistency-units.cases";
import { exercise } from "./suite";

exercise([...CONSISTENCY, ...CONSISTENCY_UNITS]);
