import { withoutSettings } from "../../scripts/pulumi.ts";

/** What a person has set for other work would change what is measured. */
export const environment = () => withoutSettings(/^(PULUMI_|ENS_|TF_|NODE_COMPILE_CACHE$)/);
