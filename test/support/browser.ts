import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { succeed } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");
const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const PACKED = "@sparticuz/chromium";

/** A browser without a window: the one in CHROMIUM, one of this machine, or the one of an npm package. */
export async function startBrowser(): Promise<Browser> {
  const found = process.env.CHROMIUM ?? onPath();
  const chosen = found === undefined ? await packed() : { executablePath: found };
  return chromium.launch({ ...chosen, args: ["--no-sandbox"] });
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Unpacked once, with the libraries and the fonts that a bare machine lacks. */
async function packed(): Promise<{ executablePath: string; env: Record<string, string | undefined> }> {
  const { userCache } = await import("../../scripts/setup/user-cache.mjs");
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const folder = userCache(`chromium-${devDependencies[PACKED]}`);
  if (!existsSync(folder)) await unpack(folder);
  const [FONTCONFIG_PATH, LD_LIBRARY_PATH] = [join(folder, "fonts"), join(folder, "al2023/lib")];
  return { executablePath: join(folder, "chromium"), env: { ...process.env, FONTCONFIG_PATH, LD_LIBRARY_PATH } };
}

/** Beside it and then renamed, so that it is whole whoever else unpacks or is killed. */
async function unpack(folder: string): Promise<void> {
  const mine = `${folder}.${process.pid}`;
  await rm(mine, { recursive: true, force: true });
  await mkdir(mine, { recursive: true });
  const program = `import packed from "${PACKED}"; await packed.executablePath();`;
  // The package unpacks into the folder for temporary files, and its libraries only where it takes them to be missing.
  const env = { ...process.env, TMPDIR: mine, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  await succeed(process.execPath, ["--input-type=module", "--eval", program], { cwd: ROOT, env });
  // Its own list of folders is that of another machine.
  const fonts = `<fontconfig><dir>${join(folder, "fonts")}</dir><cachedir>${join(folder, "cache")}</cachedir></fontconfig>`;
  await writeFile(join(mine, "fonts/fonts.conf"), fonts);
  await rename(mine, folder).catch(() => rm(mine, { recursive: true }));
}
