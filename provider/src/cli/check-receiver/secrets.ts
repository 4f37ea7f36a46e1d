import { readFileSync } from "node:fs";
import { parseSignatureKeys } from "pulumi-ens-receiver";
import { parseJson } from "../../ens/codec";
import { reason } from "../../ens/errors";

/** The text of a file without the white space around it. Throws with the name of the option or variable that names it. */
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
 * The signature key in a file: alone, or in JSON as `pulumi stack output … --json --show-secrets` prints it, which may be one
 * text, an object of keys, or all outputs of a stack. Throws when there is none, or several and `name` chooses none.
 */
export function readKey(option: string, path: string, name: string | undefined): string {
  const text = readText(option, path);
  const given = parseJson(text);
  const found = typeof given === "object" && given !== null ? choose(keysIn(given), name) : String(given ?? text);
  if (typeof found !== "string") throw new Error(`the file that ${option} names ${found.problem}`);
  try {
    const [key] = parseSignatureKeys(found);
    if (key !== undefined) return key;
  } catch (cause) {
    // The receiver kit speaks of its own option, and never repeats a key.
    const problem = reason(cause).replace(/^keys(\[\d+\])? /, "");
    throw new Error(`the key in the file that ${option} names ${problem}`, { cause });
  }
  throw new Error(`the key in the file that ${option} names is empty`);
}

type Named = readonly (readonly [string, string])[];

/** The texts in an object that may be keys, each with its name; those of objects in it, too. */
function keysIn(given: object): Named {
  return Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === "object" && value !== null) return keysIn(value);
    return typeof value === "string" && isKey(value) ? [[name, value] as const] : [];
  });
}

/** Pulumi's `[secret]` counts, so that its own message explains it. Ids, urls and words do not. */
function isKey(value: string): boolean {
  return value === "[secret]" || /^[A-Za-z0-9+/]{43}=$/.test(value);
}

function choose(keys: Named, name: string | undefined): string | { readonly problem: string } {
  const names = keys.map(([each]) => each).join(", ");
  const wanted = keys.filter(([each]) => each === name);
  const usual = keys.filter(([each]) => each === "signatureKey");
  const chosen = name !== undefined ? wanted : keys.length === 1 ? keys : usual;
  const [first, ...more] = chosen;
  if (keys.length === 0) return { problem: "has no signature key in it" };
  if (first === undefined && name !== undefined) return { problem: `has no key of that name; it has ${names}` };
  if (first === undefined || more.length > 0) return { problem: `has several keys: ${names}; --key-name chooses one` };
  return first[1];
}
