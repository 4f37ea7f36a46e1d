import { createRequire } from "node:module";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

// node installer-child.mjs <folder> <version>: the official installer, in a process that can be ended.
const [root, version] = process.argv.slice(2);
if (root === undefined || version === undefined) throw new Error("Usage: installer-child.mjs <folder> <version>");
// The SDK's own copy: it takes a version as an object of that class.
const { SemVer } = createRequire(import.meta.resolve("@pulumi/pulumi"))("semver");
await PulumiCommand.install({ root, version: new SemVer(version) });
