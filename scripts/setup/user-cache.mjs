import { homedir } from "node:os";
import { join } from "node:path";

/** Returns a folder for files that take long to get. All checkouts of a user share the folder. @param {string} name */
export function userCache(name) {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-ens", name);
}
