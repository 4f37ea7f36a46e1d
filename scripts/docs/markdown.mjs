/** @param {string[]} head @param {(string | number)[][]} rows */
export function table(head, rows) {
  const line = (/** @type {(string | number)[]} */ cells) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export const code = (/** @type {string} */ text) => `\`${text}\``;

/** Replaces what stands between the markers of each name. @param {string} text @param {Record<string, string>} parts */
export function filledIn(text, parts) {
  return text.replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin, name, end) => `${begin}${parts[name] ?? ""}\n${end}`,
  );
}
