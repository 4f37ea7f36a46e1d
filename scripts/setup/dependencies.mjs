import { access, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "../run.cjs";

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean,
 *   peer?: boolean }} Locked */

/**
 * Installs the packages of the lock file, unless they are installed. The function compares the lock file with npm's own
 * record of the installed packages, so a manual `npm install` counts, and an interrupted one does not.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function installDependencies(root, say) {
  if (!(await installed(root))) {
    say("Installing dependencies (npm ci) …");
    // The PATH must not have the folder that npm replaces, because npm would delete the Node.js that runs it.
    const path = (process.env.PATH ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
    const env = { ...process.env, PATH: path.join(delimiter) };
    const { code, output, why } = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      env,
    });
    if (code !== 0) throw new Error(`npm ci in ${root} failed (${why}):\n${output}`);
  }
  if (!(await exists(nodeIn(root)))) await installNode(root, say);
}

/** @param {string} root */
export function nodeIn(root) {
  return join(root, "node_modules/node/bin/node");
}

/** Runs the install script of the `node` package, which has no program when npm is configured to run no scripts. */
async function installNode(/** @type {string} */ root, /** @type {(line: string) => void} */ say) {
  say("Installing Node.js 24 …");
  const cwd = join(root, "node_modules/node");
  const { output, why } = await run(process.execPath, ["installArchSpecificPackage.js"], { cwd });
  if (await exists(nodeIn(root))) return;
  throw new Error(`The npm package "node" could not install its program (${why || "no error"}):\n${output}`);
}

/** @param {string} root */
async function installed(root) {
  const wanted = await packages(join(root, "package-lock.json"));
  if (wanted === undefined)
    throw new Error(`${root} has no readable package-lock.json. Check that the checkout is complete.`);
  const found = await packages(join(root, "node_modules/.package-lock.json"));
  if (found === undefined) return false;
  const names = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  return [...names].filter((name) => name.includes("node_modules/")).every((name) => same(wanted[name], found[name]));
}

/** @param {Locked | undefined} wanted @param {Locked | undefined} found */
function same(wanted, found) {
  if (wanted === undefined) return false;
  // Packages for other platforms are only in the lock file.
  if (found === undefined) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
  return wanted.version === found.version && wanted.integrity === found.integrity && wanted.link === found.link;
}

/** @param {string} path @returns {Promise<Record<string, Locked> | undefined>} */
async function packages(path) {
  try {
    return JSON.parse(await readFile(path, "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
