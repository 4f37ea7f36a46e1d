#!/usr/bin/env node
// Not in dist: npm links only a program that is there when it installs, and only an executable one can be run.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import("../dist/main.js");
} else {
  process.stderr.write(`simulator: Node.js ${process.version} is too old. Install version 22.19 or newer.\n`);
  process.exitCode = 1;
}
