import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startWorld, type World } from "../support/world";

// With isolated node_modules (pnpm, workspaces), a shared component package can load pulumi-ens, and the program
// cannot.

const ROOT = resolve(__dirname, "../..");
let world: World;
beforeAll(async () => {
  world = await startWorld();
  const modules = join(world.stack.folder, "node_modules");
  rmSync(modules);
  mkdirSync(join(modules, "shared", "node_modules"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== "pulumi-ens") symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  symlinkSync(join(ROOT, "provider"), join(modules, "shared", "node_modules", "pulumi-ens"));
  writeFileSync(
    join(modules, "shared", "index.js"),
    'const ens = require("pulumi-ens");\nexports.hook = (name, url) => new ens.Callback(name, { url });\n',
  );
  writeFileSync(
    join(world.stack.folder, "index.js"),
    'require("shared").hook("orders", "https://hooks.example.org/orders");\n',
  );
});
afterAll(() => world?.close());

test("without the dependency, the constructor fails in the preview and names the package.json that needs it", async () => {
  const { code, output } = await world.stack.pulumi("preview");
  expect(code).not.toBe(0);
  const file = join(world.stack.folder, "package.json");
  expect(output).toContain(`Add "pulumi-ens" to the dependencies in ${file} and install them.`);
  expect(output).not.toContain("Require stack");
});

test("with the dependency, the run succeeds", async () => {
  symlinkSync(join(ROOT, "provider"), join(world.stack.folder, "node_modules", "pulumi-ens"));
  await world.stack.ok("up");
  expect((await world.simulator.admin.state()).callbacks).toMatchObject([{ status: "verified" }]);
});
