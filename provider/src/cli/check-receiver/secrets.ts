import { readFileSync } from "node:fs";
import { parseSignatureKeys } from "pulumi-ens-receiver";
import { parseJson } from "../../ens/codec";
import { reason } from "../../ens/errors";

/** Reads a file and trims its text. An error contains the option or variable that names the file, but not the path. */
export function readText(option: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new Error(`cannot read the file that ${option} names: ${reason(cause)}`, { cause });
  }
  if (text === "") throw new Error(`the file that ${option} names is empty`);
  return text;
}

/**
 * Reads the signature key in a file: the key alone, or JSON that `pulumi stack output … --json --show-secrets` printed, which
 * may be one string, an object of keys, or all outputs of a stack. Throws without a key, and with several keys when `name`
 * selects none.
 */
export function readKey(option: string, path: string, name: string | undefined): string {
  const text = readText(option, path);
  const given = parseJson(text);
  const found = typeof given === "object" && given !== null ? selectKey(keysIn(given), name) : String(given ?? text);
  if (typeof found !== "string") throw new Error(`the file that ${option} names ${found.problem}`);
  try {
    const [key] = parseSignatureKeys(found);
    if (key !== undefined) return key;
  } catch (cause) {
    // The message of the receiver kit begins with the name of its own option and never contains the key.
    const problem = reason(cause).replace(/^keys(\[\d+\])? /, "");
    throw new Error(`the key in the file that ${option} names ${problem}`, { cause });
  }
  throw new Error(`the key in the file that ${option} names is empty`);
}

type Named = readonly (readonly [string, string])[];

/** Returns the strings of an object, also of nested objects, that may be keys, with their names. */
function keysIn(given: object): Named {
  return Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === "object" && value !== null) return keysIn(value);
    return typeof value === "string" && isKey(value) ? [[name, value] as const] : [];
  });
}

/** Returns whether a string may be a key. `[secret]` is included, because it has its own error message. */
function isKey(value: string): boolean {
  return value === "[secret]" || /^[A-Za-z0-9+/]{43}=$/.test(value);
}

function selectKey(keys: Named, name: string | undefined): string | { readonly problem: string } {
  const names = keys.map(([each]) => each).join(", ");
  const wanted = keys.filter(([each]) => each === name);
  const usual = keys.filter(([each]) => each === "signatureKey");
  const chosen = name !== undefined ? wanted : keys.length === 1 ? keys : usual;
  const [first, ...more] = chosen;
  if (keys.length === 0) return { problem: "has no signature key" };
  if (first === undefined && name !== undefined) return { problem: `has no key with that name. It has ${names}` };
  if (first === undefined || more.length > 0)
    return { problem: `has several keys: ${names}. Select one with --key-name` };
  return first[1];
}
