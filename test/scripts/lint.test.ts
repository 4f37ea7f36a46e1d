import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { run } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");

const REFUSED: readonly [folder: string, source: string][] = [
  ["examples", 'import { a } from "pulumi-ens/runtime"; export const b = a;'],
  ["examples/deep", 'import { a } from "../../provider/src/index"; export const b = a;'],
  ["examples", 'import { a } from "pulumi-ens-simulator"; export const b = a;'],
  ["examples", 'import { a } from "pulumi-ens-receiver/internal"; export const b = a;'],
  ["provider/src/check", 'import { a } from "@pulumi/pulumi"; export const b = a;'],
  ["provider/src/check", 'import { a } from "../ens/client"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "@pulumi/random"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "../ens/client"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "../runtime/plain-value"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "../ens/catalogue"; export const b = a;'],
  ["provider/src/properties", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/properties", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/properties", 'import { a } from "../ens/catalogue"; export const b = a;'],
  ["provider/src/properties", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/resources", 'export const a = require("../ens/client");'],
  ["provider/src/kinds", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/kinds", 'import { a } from "../runtime/plain-value"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../resources/callback"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../receiver/index"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../lifecycle/diff"; export const b = a;'],
  ["provider/src/run", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/run", 'import { a } from "../verification/verify"; export const b = a;'],
  ["provider/src/run", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/lifecycle", 'import { a } from "../runtime/host"; export const b = a;'],
  ["provider/src/lifecycle", 'import { a } from "../verification/verify"; export const b = a;'],
  ["provider/src/lifecycle", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/receiver", 'import { a } from "../run/run"; export const b = a;'],
  ["receiver/src", 'import { a } from "undici"; export const b = a;'],
  ["receiver/src/handlers", 'import type { a } from "express"; export type b = a;'],
  ["provider/src/ens", 'import { a } from "../run/run"; export const b = a;'],
  ["provider/src/kinds/callback", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/kinds/callback", 'import { a } from "../../runtime/plain-value"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/verification", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/ens", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "../verification/receiver"; export const b = a;'],
  ["provider/src/ens", 'export * from "../receiver/index";'],
  ["provider/src/ens", 'export const a = () => import("../runtime/index");'],
  ["provider/src/ens", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/ens", 'import { a } from "write-file-atomic"; export const b = a;'],
  ["provider/src/ens/api", 'import { a } from "../../run/run"; export const b = a;'],
  ["provider/src/ens/api", 'import { a } from "write-file-atomic"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "../validation/url"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "../process/run-program"; export const b = a;'],
  ["provider/src/validation", 'import { a } from "../ens/client"; export const b = a;'],
  ["provider/src/validation", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/validation", 'import { a } from "undici"; export const b = a;'],
  ["provider/src/process", 'import { a } from "../validation/url"; export const b = a;'],
  ["provider/src/process", 'import { a } from "../ens/errors"; export const b = a;'],
  ["provider/src/process", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/run", 'import { a } from "../process/run-program"; export const b = a;'],
  ["provider/src/receiver", 'import { a } from "../process/run-program"; export const b = a;'],
  ["provider/src/lifecycle", 'import { a } from "../process/run-program"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../receiver/index"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../lifecycle/diff"; export const b = a;'],
  ["provider/src/receiver", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/runtime", 'import { a } from "@pulumi/pulumi"; export const b = a;'],
  ["provider/src/runtime", 'import { a } from "@pulumi/pulumi/proto/engine_pb"; export const b = a;'],
  ["provider/src/runtime", 'import { a } from "../resources/callback"; export const b = a;'],
  ["provider/src/runtime", 'import { a } from "../receiver/index"; export const b = a;'],
  ["provider/src/cli", 'import { a } from "@pulumi/pulumi"; export const b = a;'],
  ["provider/src/cli", 'import { a } from "../runtime/plain-value"; export const b = a;'],
  ["provider/src/cli/import", 'import { a } from "../../resources/callback"; export const b = a;'],
  ["test/simulator/src", 'import { a } from "pulumi-ens"; export const b = a;'],
  ["test/simulator/src", 'import { a } from "pulumi-ens/receiver"; export const b = a;'],
  ["test/simulator/src", 'import { a } from "../../../provider/src/ens/codec"; export const b = a;'],
  ["test/simulator/src", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
];

const ALLOWED: readonly [folder: string, source: string][] = [
  ["examples", 'import { a } from "pulumi-ens"; export const b = a;'],
  ["examples", 'import { a } from "pulumi-ens/receiver"; export const b = a;'],
  ["examples", 'import { a } from "pulumi-ens/check"; export const b = a;'],
  ["examples", 'import { a } from "pulumi-ens-receiver/node"; export const b = a;'],
  ["examples", 'import { a } from "@pulumi/pulumi"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "@pulumi/pulumi"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "node:crypto"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "./resource"; export const b = a;'],
  ["provider/src/resources", 'import { a } from "../properties/callback"; export const b = a;'],
  ["provider/src/properties", 'import { a } from "./types"; export const b = a;'],
  ["provider/src/properties", 'import type { a } from "../ens/catalogue"; export type b = a;'],
  ["provider/src/kinds", 'import { a } from "../verification/receiver"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../ens/client"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../run/run"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../resources/frozen"; export const b = a;'],
  ["provider/src/lifecycle", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/lifecycle", 'import { a } from "../run/run"; export const b = a;'],
  ["provider/src/run", 'import { a } from "../ens/client"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../run/run"; export const b = a;'],
  ["provider/src/runtime", 'import { a } from "../lifecycle/diff"; export const b = a;'],
  ["provider/src/kinds/callback", 'import { a } from "../kind"; export const b = a;'],
  ["provider/src/kinds/callback", 'import { a } from "../../ens/client"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../ens/client"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "./client"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "./api"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "undici"; export const b = a;'],
  ["provider/src/ens", 'import { a } from "node:fs"; export const b = a;'],
  ["provider/src/ens/api", 'import { a } from "../client"; export const b = a;'],
  ["provider/src/ens/api", 'import { a } from "./callbacks"; export const b = a;'],
  ["provider/src/ens/api", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/validation", 'import { a } from "zod"; export const b = a;'],
  ["provider/src/validation", 'import { a } from "node:util"; export const b = a;'],
  ["provider/src/validation", 'import { a } from "./url"; export const b = a;'],
  ["provider/src/process", 'import { a } from "node:child_process"; export const b = a;'],
  ["provider/src/process", 'import { a } from "./file-problem"; export const b = a;'],
  ["provider/src/run", 'import { a } from "../validation/url"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../validation/validators"; export const b = a;'],
  ["provider/src/verification", 'import { a } from "../process/run-program"; export const b = a;'],
  ["provider/src/kinds", 'import { a } from "../validation/url"; export const b = a;'],
  ["provider/src/kinds/callback", 'import { a } from "../../validation/validators"; export const b = a;'],
  ["provider/src/kinds/callback", 'import { a } from "../../process/run-program"; export const b = a;'],
  ["provider/src/check", 'import { a } from "../lifecycle/inputs"; export const b = a;'],
  ["provider/src/receiver", 'export * from "pulumi-ens-receiver";'],
  ["receiver/src/handshake", 'import { readFile } from "node:fs/promises"; export const b = readFile;'],
  ["receiver/src/handlers", 'import { a } from "../receiver"; export const b = a;'],
  ["provider/src/runtime", 'import type { a } from "@pulumi/pulumi"; export type b = a;'],
  ["provider/src/runtime", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/cli", 'import { a } from "../kinds/kind"; export const b = a;'],
  ["provider/src/cli/import", 'import { a } from "../../resources/frozen"; export const b = a;'],
  ["test/simulator/src", 'import { a } from "fastify"; export const b = a;'],
];

describe("the import direction", () => {
  let refused: Set<string>;
  let folder: string;
  const file = (index: number, kind: string, within: string) => `${within}/probe-${kind}-${index}.ts`;

  // All probes in one run, in a copy of the layout: nobody's working tree gets strange files.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "import-direction-"));
    await cp(join(ROOT, "biome.json"), join(folder, "biome.json"));
    await cp(join(ROOT, "scripts/lint"), join(folder, "scripts/lint"), { recursive: true });
    for (const [kind, probes] of Object.entries({ refused: REFUSED, allowed: ALLOWED })) {
      for (const [index, [within, source]] of probes.entries()) {
        const path = join(folder, file(index, kind, within));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, `${source}\n`);
      }
    }
    refused = await filesWithFindings(folder);
  }, 30_000);

  afterAll(() => rm(folder, { recursive: true }));

  test.each(REFUSED.map(([within, source], index) => ({ within, source, index })))(
    "refuses in $within: $source",
    ({ within, index }) => {
      expect(refused).toContain(file(index, "refused", within));
    },
  );

  test.each(ALLOWED.map(([within, source], index) => ({ within, source, index })))(
    "allows in $within: $source",
    ({ within, index }) => {
      expect(refused).not.toContain(file(index, "allowed", within));
    },
  );
});

async function filesWithFindings(folder: string): Promise<Set<string>> {
  const options = ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=json", folder];
  const { stdout } = await run(join(ROOT, "node_modules/.bin/biome"), options, { cwd: folder });
  const report: { diagnostics: { location: { path: string } }[] } = JSON.parse(stdout);
  return new Set(report.diagnostics.map((found) => found.location.path));
}
