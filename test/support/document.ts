/** A fenced block of a Markdown page. */
export interface Block {
  /** The heading of the second level above the block. `""` before the first heading. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
  /** The first file that the paragraph before the block names, like `index.ts`. */
  readonly file: string | undefined;
}

/** Returns the blocks of a page that are not in a list. */
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
