/** An element. Its text includes the text of its children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const TOKEN = /<\?xml [^?]*\?>|<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Parses elements, attributes and text of an XML document without a DTD. Throws when the document is not well-formed.
 */
export function parseXml(document: string): XmlElement {
  if (FORBIDDEN.test(document)) throw new Error("the document has a character that XML does not have");
  const root: XmlElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    if (token === null) throw new Error(`no XML at ${JSON.stringify(document.slice(at, at + 40))}`);
    const [, close, name, attributes = "", empty, text] = token;
    if (text !== undefined) for (const element of open) element.text += unescaped(text);
    else if (close === "/") {
      if (open.pop()?.name !== name) throw new Error(`</${name}> ends another element`);
    } else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
        key,
        unescaped(value),
      ]);
      const element: XmlElement = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
      open.at(-1)?.children.push(element);
      if (empty === "") open.push(element);
    }
  }
  const [top, ...more] = root.children;
  if (open.length !== 1 || top === undefined || more.length > 0) throw new Error("the document is not one element");
  return top;
}

function unescaped(text: string): string {
  return text.replace(/&(#?\w*;?)/g, (_, entity: string) => {
    const word = entity.replace(";", "");
    const character = word.startsWith("#") ? String.fromCharCode(Number(word.slice(1))) : NAMED[word];
    if (!entity.endsWith(";") || character === undefined) throw new Error(`&${entity} is no entity`);
    return character;
  });
}
