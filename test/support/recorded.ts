import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Exported } from "./engine";

const FOLDER = resolve(__dirname, "../states");
const SECRET = { name: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };
/** The passphrase of recorded stacks. This value is not a secret. */
const PASSPHRASE = "passphrase";

/** The stack of a version of this package, and its objects in ENS. */
export interface Recording {
  readonly version: string;
  readonly program: string;
  /** Path of the simulator's state. */
  readonly simulator: string;
  /** Returns an exported stack for a simulator at another URL. All objects look old, however new the recording is. */
  stackFor(restUrl: string): string;
  /** Returns the ENS resources with decrypted secrets. */
  resources(): Exported[];
}

/** Returns the recordings, one for each release. */
export function recordings(): Recording[] {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name: version }) => {
    const text = (file: string) => readFileSync(join(FOLDER, version, file), "utf8");
    return {
      version,
      program: text("program.js"),
      simulator: join(FOLDER, version, "simulator.json"),
      stackFor: (restUrl) =>
        text("stack.json")
          .replaceAll("http://127.0.0.1:4010", restUrl)
          .replaceAll(/("createdAt": )"[^"]*"/g, '$1"2020-01-01T00:00:00.000Z"'),
      resources: () => decrypted(text("stack.json")),
    };
  });
}

/** Decrypts the format of Pulumi's passphrase provider: `v1:<nonce>:<ciphertext and tag>`, AES-256-GCM. */
function decrypted(stack: string): Exported[] {
  const { deployment } = JSON.parse(stack) as {
    deployment: { secrets_providers: { state: { salt: string } }; resources: Exported[] };
  };
  const [, salt = ""] = deployment.secrets_providers.state.salt.split(":");
  const key = pbkdf2Sync(PASSPHRASE, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
  const clear = (value: string): unknown => {
    const [, nonce = "", rest = ""] = value.split(":");
    const bytes = Buffer.from(rest, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8"));
  };
  const open = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(open);
    if (typeof value !== "object" || value === null) return value;
    const fields = value as Record<string, unknown>;
    if (fields[SECRET.name] === SECRET.value) return clear(String(fields.ciphertext));
    return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, open(field)]));
  };
  const ours = deployment.resources.filter(({ type }) => type.includes("dynamic/ens:"));
  return ours.map((resource) => open(resource) as Exported);
}
