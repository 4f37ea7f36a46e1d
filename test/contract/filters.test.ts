import { FILTERS } from "./filters.cases";
import { exercise } from "./suite";

exercise(FILTERS);
