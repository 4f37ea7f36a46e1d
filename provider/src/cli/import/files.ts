import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { reason } from "../../ens/errors";
import { slug } from "./names";
import { MARK } from "./program";

/** Name of the file for `pulumi import`. */
export const STATE_FILE = "ens-import.json";
const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "strict": true,
    "esModuleInterop": true,
    "skipLibCheck": true,
    "types": ["node"]
  },
  "files": ["index.ts"]
}
`;

/** The project that gets the program. */
export interface Project {
  readonly folder: string;
  /** Name of the program's file: the whole program of a new project, or a module that an existing program imports. */
  readonly program: "index.ts" | "imported.ts";
  /** Contents of the other files of a new project, by name. */
  readonly scaffold: ReadonlyMap<string, string>;
  /** The import statement that the existing program does not have yet. */
  readonly missingImport?: string;
}

/** Plans the files of a project. A folder without a Pulumi.yaml becomes a new project, others keep their files. */
export function projectIn(folder: string): Project {
  const has = (name: string) => existsSync(join(folder, name));
  const isProject = has("Pulumi.yaml") || has("Pulumi.yml");
  if (isProject && !isOurs(join(folder, "index.ts"))) {
    return { folder, program: "imported.ts", scaffold: new Map(), ...findMissingImport(folder) };
  }
  const name = slug(basename(folder), "ens");
  const scaffold = Object.entries({
    "Pulumi.yaml": `name: ${name}\ndescription: Event Notification Service\nruntime: nodejs\noptions:\n  refresh: always\n`,
    "package.json": packageText(name),
    "tsconfig.json": TSCONFIG,
  }).filter(([file]) => !isProject && !has(file));
  return { folder, program: "index.ts", scaffold: new Map(scaffold) };
}

/** Writes drafts of all files first and then renames them. Without `force`, throws when a file exists. */
export function writeFiles(folder: string, files: ReadonlyMap<string, string>, force: boolean): void {
  const existing = [...files.keys()].filter((name) => existsSync(join(folder, name)));
  if (existing.length > 0 && !force) {
    throw new Error(
      `${existing.join(" and ")} in ${folder} would be overwritten. Add --force, or choose another folder with --out.`,
    );
  }
  const draft = (name: string) => join(folder, `${name}.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) writeFileSync(draft(name), text, { flag: "wx" });
    for (const name of files.keys()) renameSync(draft(name), join(folder, name));
  } catch (cause) {
    throw new Error(`cannot write into ${folder}: ${reason(cause)}`, { cause });
  } finally {
    for (const name of files.keys()) rmSync(draft(name), { force: true });
  }
}

/** Returns whether an earlier `ens import` wrote the file. */
function isOurs(path: string): boolean {
  return existsSync(path) && readFileSync(path, "utf8").startsWith(`// ${MARK}`);
}

function findMissingImport(folder: string): { missingImport?: string } {
  const sources = readdirSync(folder).filter((name) => /\.[cm]?[jt]s$/.test(name) && name !== "imported.ts");
  const texts = sources.map((name) => readFileSync(join(folder, name), "utf8"));
  if (texts.some((text) => /["']\.\/imported(\.[jt]s)?["']/.test(text))) return {};
  return { missingImport: `import "./imported${isEsModule(folder) ? ".js" : ""}";` };
}

function isEsModule(folder: string): boolean {
  const path = join(folder, "package.json");
  return existsSync(path) && (JSON.parse(readFileSync(path, "utf8")) as { type?: unknown }).type === "module";
}

function packageText(name: string): string {
  const own = readFileSync(join(__dirname, "../../../package.json"), "utf8");
  const { version, peerDependencies } = JSON.parse(own) as { version: string; peerDependencies: object };
  const dependencies = { ...peerDependencies, "pulumi-ens": `^${version}` };
  const devDependencies = { "@types/node": "^24.0.0", typescript: "^5.9.0" };
  return `${JSON.stringify({ name, private: true, dependencies, devDependencies }, undefined, 2)}\n`;
}
