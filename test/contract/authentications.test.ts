import { AUTHENTICATIONS_CREATE } from "./authentications-create.cases";
import { AUTHENTICATIONS_DELETE } from "./authentications-delete.cases";
import { AUTHENTICATIONS_READ } from "./authentications-read.cases";
import { AUTHENTICATIONS_UPDATE } from "./authentications-update.cases";
import { exercise } from "./suite";

exercise([...AUTHENTICATIONS_CREATE, ...AUTHENTICATIONS_READ, ...AUTHENTICATIONS_UPDATE, ...AUTHENTICATIONS_DELETE]);
