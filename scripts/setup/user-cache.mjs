import { homedir } from "node:os";
import { join } from "node:path";

/** A folder for what takes long to get, one for all checkouts of a user. @param {string} name */
export function userCache(name) {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-ens", name);
}
