import { exercise } from "./suite";
import { TOKEN } from "./token.cases";
import { TOKEN_USE } from "./token-use.cases";

exercise([...TOKEN, ...TOKEN_USE]);
