import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { succeed } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");
const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const PACKED = "@sparticuz/chromium";

/**
 * Starts a browser without a window: the browser in CHROMIUM, an installed browser, or the browser of an npm package.
 */
export async function startBrowser(): Promise<Browser> {
  const found = process.env.CHROMIUM ?? onPath();
  const chosen = found === undefined ? await packed() : { executablePath: found };
  return chromium.launch({ ...chosen, args: ["--no-sandbox"] });
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** Unpacks the browser once, with the libraries and the fonts that a minimal machine does not have. */
async function packed(): Promise<{ executablePath: string; env: Record<string, string | undefined> }> {
  const { userCache } = await import("../../scripts/setup/user-cache.mjs");
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const folder = userCache(`chromium-${devDependencies[PACKED]}`);
  if (!existsSync(folder)) await unpack(folder);
  const [FONTCONFIG_PATH, LD_LIBRARY_PATH] = [join(folder, "fonts"), join(folder, "al2023/lib")];
  return { executablePath: join(folder, "chromium"), env: { ...process.env, FONTCONFIG_PATH, LD_LIBRARY_PATH } };
}

/** Unpacks beside the folder and then renames, so that the folder is always complete, also after a kill. */
async function unpack(folder: string): Promise<void> {
  const mine = `${folder}.${process.pid}`;
  await rm(mine, { recursive: true, force: true });
  await mkdir(mine, { recursive: true });
  const program = `import packed from "${PACKED}"; await packed.executablePath();`;
  // The package unpacks into the folder for temporary files. It unpacks its libraries only in an environment like AWS Lambda.
  const env = { ...process.env, TMPDIR: mine, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  await succeed(process.execPath, ["--input-type=module", "--eval", program], { cwd: ROOT, env });
  // The package's own list of folders is for another machine.
  const fonts = `<fontconfig><dir>${join(folder, "fonts")}</dir><cachedir>${join(folder, "cache")}</cachedir></fontconfig>`;
  await writeFile(join(mine, "fonts/fonts.conf"), fonts);
  await rename(mine, folder).catch(() => rm(mine, { recursive: true }));
}
