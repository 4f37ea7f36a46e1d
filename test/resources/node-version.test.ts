import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { requireNode } from "../../provider/src/resources/node-version";
import { Session } from "../../provider/src/runtime/session";

const PROVIDER = resolve(__dirname, "../../provider");

test("a program on an older Node.js than the package supports fails with a message of one line", () => {
  const { engines } = JSON.parse(readFileSync(join(PROVIDER, "package.json"), "utf8"));
  const [, oldest = ""] = /^>=(.*)/.exec(engines.node) ?? [];
  expect(() => requireNode(`${oldest}.0`)).not.toThrow();
  expect(() => requireNode("24.0.0")).not.toThrow();
  for (const version of ["20.20.2", "22.18.9"]) {
    const message = `Node.js ${version} is too old for pulumi-ens. Install version ${oldest} or newer.`;
    expect(() => requireNode(version)).toThrow(message);
  }
  expect(readFileSync(join(PROVIDER, "bin/ens.mjs"), "utf8")).toContain(`Install version ${oldest} or newer`);
});

test("the provider process, which a refresh starts before the program, fails with the same message", () => {
  const versions = Object.getOwnPropertyDescriptor(process, "versions") as PropertyDescriptor;
  Object.defineProperty(process, "versions", { ...versions, value: { ...process.versions, node: "20.20.2" } });
  try {
    const session = new Session(undefined);
    expect(() => session.run).toThrow(
      /^Node\.js 20\.20\.2 is too old for pulumi-ens\. Install version 22\.19 or newer\.$/,
    );
  } finally {
    Object.defineProperty(process, "versions", versions);
  }
});
