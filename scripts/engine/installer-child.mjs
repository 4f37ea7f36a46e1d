import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";

// node installer-child.mjs <folder> <version>: the official installer, in a process that can be ended.
const [root, version] = process.argv.slice(2);
if (root === undefined || version === undefined) throw new Error("Usage: installer-child.mjs <folder> <version>");
await PulumiCommand.install({ root, version: new SemVer(version) });
