import { withoutSettings } from "../../scripts/pulumi.ts";

/** The environment without a user's settings, which would change the results. */
export const environment = () => withoutSettings(/^(PULUMI_|ENS_|TF_|NODE_COMPILE_CACHE$)/);
