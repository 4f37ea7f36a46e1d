import { exercise } from "./suite";
import { TOKEN } from "./token.cases";

exercise(TOKEN);
