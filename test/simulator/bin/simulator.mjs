#!/usr/bin/env node
// This file is not in dist because npm links only programs that exist and are executable at installation.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import("../dist/main.js");
} else {
  process.stderr.write(`simulator: Node.js ${process.version} is too old. Install version 22.19 or newer.\n`);
  process.exitCode = 1;
}
