import { createRequire } from "node:module";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

// node installer-child.mjs <folder> <version> runs the official installer in a process that can be stopped.
const [root, version] = process.argv.slice(2);
if (root === undefined || version === undefined) throw new Error("Usage: installer-child.mjs <folder> <version>");
// This is the SDK's own copy, because the installer accepts a version only as an object of this class.
const { SemVer } = createRequire(import.meta.resolve("@pulumi/pulumi"))("semver");
await PulumiCommand.install({ root, version: new SemVer(version) });
