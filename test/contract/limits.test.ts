import { LIMITS } from "./limits.cases";
import { exercise } from "./suite";

exercise(LIMITS);
