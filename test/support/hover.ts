import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const ROOT = resolve(__dirname, "../..");
const FILE = join(ROOT, "test/hover.ts");

/** The text that an editor shows: the docstring, and its `@default` tag. */
export interface Hover {
  readonly text: string;
  readonly defaultText: string | undefined;
}

/**
 * Asks the TypeScript language service what an editor shows when the pointer is on the last name of each expression.
 *
 * @param entry The module that the program imports as `ens`: sources, or the declarations of the built package.
 * @param setup Lines before the expressions, like `declare const args: ens.CallbackArgs;`.
 */
export function hoverOver(entry: string, setup: string, expressions: readonly string[]): Hover[] {
  const head = `import * as ens from ${JSON.stringify(entry)};\n${setup}\n`;
  const text = `${head}${expressions.map((each) => `${each};\n`).join("")}`;
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.base.json"), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const service = ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, noUnusedLocals: false }),
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const content = name === FILE ? text : ts.sys.fileExists(name) ? readFileSync(name, "utf8") : undefined;
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => dirname(FILE),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === FILE || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  const [problem] = service.getSemanticDiagnostics(FILE);
  if (problem !== undefined) throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, "\n"));
  let end = head.length;
  return expressions.map((expression) => {
    end += expression.length;
    const info = service.getQuickInfoAtPosition(FILE, end - 1);
    end += 2;
    const tag = info?.tags?.find(({ name }) => name === "default");
    return {
      text: ts.displayPartsToString(info?.documentation).trim(),
      defaultText: tag === undefined ? undefined : ts.displayPartsToString(tag.text).trim(),
    };
  });
}
