import { code, table } from "./markdown.mjs";

/**
 * The generated parts of docs/cli.md: for each command a table of its arguments and options, and one of its exit codes.
 *
 * @typedef {import("../../provider/src/cli/shared/options.js").Description} Description
 * @typedef {Pick<typeof import("../../provider/src/cli/shared/help.js"), "optionRows" | "exitRows" | "usageOf">} Help
 *
 * @param {readonly Description[]} descriptions
 * @param {Help} help
 * @returns {Record<string, string>}
 */
export function cliSections(descriptions, { optionRows, exitRows, usageOf }) {
  const list = table(
    ["command", "what it does"],
    descriptions.map(({ name, summary }) => [`[${code(`ens ${name}`)}](#${name})`, summary]),
  );
  const parts = descriptions.map((description) => {
    const { name, about, parameters = [], options, exits } = description;
    const rows = [
      ...parameters.map((each) => [code(`<${each.name}>`), each.text]),
      ...optionRows(options).map(([left, text]) => [code(left), text]),
    ];
    const codes = exitRows(exits).map(([number, meaning]) => [number, meaning]);
    const usage = `\`\`\`sh\nens ${name}${usageOf(description)}\n\`\`\``;
    return [
      name,
      [
        about.replaceAll("\n", "\n\n"),
        usage,
        table(["option", "meaning"], rows),
        table(["exit code", "meaning"], codes),
      ].join("\n\n"),
    ];
  });
  return { commands: list, ...Object.fromEntries(parts) };
}
