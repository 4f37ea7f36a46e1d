import { exercise } from "./suite";
import { VERIFICATION } from "./verify.cases";

exercise(VERIFICATION);
