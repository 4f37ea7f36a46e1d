import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/** Copies the repository's Pulumi projects and links the installed packages, because the CLI writes into its folder. */
export function copyProjects(): { readonly folder: string; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), "projects-"));
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
  for (const name of readdirSync(ROOT).filter((file) => /^Pulumi\..*yaml$/.test(file))) {
    cpSync(join(ROOT, name), join(folder, name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) };
}
