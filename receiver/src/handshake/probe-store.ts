import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Probe } from "../ens/routes";
import { parseProbe } from "./probe";

/**
 * Keeps probes, so that a verification key can still be given back later: by a later `pulumi up` that fetches it (strategy
 * `pull`) or reads it from a file (strategy `file`), by another process, or by a person. ENS posts a key once.
 */
export interface ProbeStore {
  put(probe: Probe): void | Promise<void>;
  get(callbackId: string): Probe | undefined | Promise<Probe | undefined>;
}

/** Anybody may post probes, so that there is a limit. */
const MOST = 1000;

/** Keeps the last 1000 probes as long as the process runs. */
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
 * Keeps each probe in a file of its own, `<callbackId>.json`, which only its owner can read. With
 * `verification: { strategy: "file", path: "<folder>/{callbackId}.json" }`, `pulumi up` takes the key from there.
 *
 * @param folder It is created when it is missing.
 */
export function keepProbesInFolder(folder: string): ProbeStore {
  const fileOf = (callbackId: string) => join(folder, `${callbackId.toLowerCase()}.json`);
  return {
    async put(probe) {
      // Anybody may post a probe: an id that is not a GUID must not choose a path.
      if (!isGuid(probe.callbackId)) throw new Error("the callbackId of a probe is not a GUID, so that it is not kept");
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
        throw error;
      }
    },
  };
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
