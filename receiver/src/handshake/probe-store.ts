import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Probe } from "../ens/routes";
import { parseProbe } from "./probe";

/**
 * Stores the bodies of verification requests, because ENS sends a verification key only once. The key can then be returned
 * to ENS later: by a `pulumi up` that fetches it (strategy `pull`) or reads it from a file (strategy `file`), by another
 * process, or by a person.
 */
export interface ProbeStore {
  put(probe: Probe): void | Promise<void>;
  get(callbackId: string): Probe | undefined | Promise<Probe | undefined>;
}

/** Most stored verification requests. There is a limit, because anybody may send them. */
const MOST = 1000;

/** Stores the last 1000 verification requests in memory. */
export function keepProbesInMemory(): ProbeStore {
  const probes = new Map<string, Probe>();
  return {
    put(probe) {
      const name = probe.callbackId.toLowerCase();
      probes.delete(name);
      probes.set(name, probe);
      const [oldest] = probes.keys();
      if (probes.size > MOST && oldest !== undefined) probes.delete(oldest);
    },
    get: (callbackId) => probes.get(callbackId.toLowerCase()),
  };
}

/**
 * Stores each verification request in a file `<callbackId>.json` that only its owner can read. With
 * `verification: { strategy: "file", path: "<folder>/{callbackId}.json" }`, `pulumi up` reads the key from there.
 *
 * @param folder The folder for the files. It is created if it does not exist.
 */
export function keepProbesInFolder(folder: string): ProbeStore {
  const fileOf = (callbackId: string) => join(folder, `${callbackId.toLowerCase()}.json`);
  return {
    async put(probe) {
      // Anybody may send a verification request, so an id that is not a GUID must not become part of a path.
      if (!isGuid(probe.callbackId))
        throw new Error("the callbackId of the verification request is not a GUID, so the request was not stored");
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const unfinished = `${fileOf(probe.callbackId)}.${process.pid}.tmp`;
      const file = await open(unfinished, "w", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(probe)}\n`);
      } finally {
        await file.close();
      }
      await rename(unfinished, fileOf(probe.callbackId));
    },
    async get(callbackId) {
      if (!isGuid(callbackId)) return undefined;
      try {
        return parseProbe(JSON.parse(await readFile(fileOf(callbackId), "utf8")));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        // The error of JSON.parse would repeat a part of the verification key.
        if (error instanceof SyntaxError) throw new Error(`the file of callback ${callbackId} is not valid JSON`);
        throw error;
      }
    },
  };
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
