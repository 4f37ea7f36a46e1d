/** One class for all commands: a wrong use, told in one sentence. The exit code is 2. */
export { UsageError } from "../check-receiver/usage-error";
