/** A fenced block of a Markdown page. */
export interface Block {
  /** The heading of the second level that it stands under; `""` before the first one. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
  /** The file that the paragraph before it names first, like `index.ts`. */
  readonly file: string | undefined;
}

/** The blocks of a page that are part of no list. */
export function blocksOf(page: string): Block[] {
  return page.split(/^(?=## )/m).flatMap((part) =>
    [...part.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ index, 1: language = "", 2: text = "" }) => ({
      section: /^## (.*)/.exec(part)?.[1] ?? "",
      language,
      text,
      file: /`([\w-]+\.\w+)`/.exec(part.slice(0, index).trimEnd().split("\n\n").at(-1) ?? "")?.[1],
    })),
  );
}
