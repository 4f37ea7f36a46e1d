export function table(head: string[], rows: (string | number)[][]) {
  const line = (cells: (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export const code = (text: string) => `\`${text}\``;

/** Replaces the text between the markers of each name. */
export function filledIn(text: string, parts: Record<string, string>) {
  return text.replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin, name, end) => `${begin}${parts[name] ?? ""}\n${end}`,
  );
}
