import { DELETE } from "./callbacks-delete.cases";
import { CALLBACK_GUARDS } from "./callbacks-guards.cases";
import { GET, LIST } from "./callbacks-read.cases";
import { SCHEME_CHANGES } from "./callbacks-scheme.cases";
import { UPDATE } from "./callbacks-update.cases";
import { exercise } from "./suite";

exercise([...LIST, ...GET, ...UPDATE, ...SCHEME_CHANGES, ...DELETE, ...CALLBACK_GUARDS]);
