import { ERRORS } from "./errors.cases";
import { exercise } from "./suite";

exercise(ERRORS);
