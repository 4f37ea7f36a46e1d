#!/usr/bin/env node
// Not in dist: npm links only a program that is there when it installs, and only an executable one can be run.
import "../dist/cli/main.js";
