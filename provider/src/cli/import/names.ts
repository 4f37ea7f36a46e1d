/** Most characters of a generated resource name. */
const LONGEST = 36;
/** Letters that Unicode does not decompose into a Latin letter and a mark. */
const LETTERS: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" };
/** Names that a module cannot declare: reserved words and the variables of every module. */
const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else ens enum eval export exports
  extends false finally for function globalThis if implements import in instanceof interface let module new null package
  private protected public pulumi require return static super switch this throw true try typeof undefined var void while
  with yield`.split(/\s+/),
);

/** Turns `Order Confirmations (EU)` into `order-confirmations-eu`. Returns `otherwise` when no character remains. */
export function slug(text: string, otherwise: string): string {
  const latin = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[ßæœøłđı]/g, (letter) => LETTERS[letter] as string);
  const words = latin.replace(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  return words.slice(0, LONGEST).replace(/-$/, "") || otherwise;
}

/**
 * Turns `order-confirmations-eu` into `orderConfirmationsEu`. Adds `noun` before a leading digit and after a reserved
 * word.
 */
export function identifier(name: string, noun: string): string {
  const camel = name.replace(/-+([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  if (/^\d/.test(camel)) return noun + camel;
  return RESERVED.has(camel) ? camel + noun[0]?.toUpperCase() + noun.slice(1) : camel;
}

/** Assigns each name once. Names that differ only in case count as equal. */
export class Names {
  readonly #taken = new Set<string>();

  /** Returns the first candidate that is free. When none is free, adds a number to the first candidate. */
  take(candidates: readonly [string, ...string[]], separator: string): string {
    const free = (name: string) => !this.#taken.has(name.toLowerCase());
    let name = candidates.find(free);
    for (let number = 2; name === undefined; number += 1) {
      name = [`${candidates[0]}${separator}${number}`].find(free);
    }
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
