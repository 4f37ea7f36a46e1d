import { readFileSync } from "node:fs";
import { join } from "node:path";

const manifest: { readonly version: string } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));

/** The package's version. */
export const VERSION = manifest.version;
