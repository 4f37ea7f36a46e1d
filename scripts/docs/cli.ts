import type * as help from "../../provider/src/cli/shared/help.js";
import type { Description } from "../../provider/src/cli/shared/options.js";
import { code, table } from "./markdown.ts";

export type Help = Pick<typeof help, "optionRows" | "exitRows" | "usageOf">;

/** Returns the generated parts of docs/cli.md: the arguments, options and exit codes of each command. */
export function cliSections(
  descriptions: readonly Description[],
  { optionRows, exitRows, usageOf }: Help,
): Record<string, string> {
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
