import { REGENERATION } from "./regenerate.cases";
import { exercise } from "./suite";

exercise(REGENERATION);
