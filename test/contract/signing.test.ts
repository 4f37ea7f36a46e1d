import { SIGNING } from "./signing.cases";
import { exercise } from "./suite";

exercise(SIGNING);
