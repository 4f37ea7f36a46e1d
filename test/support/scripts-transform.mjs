import ts from "typescript";

// Compiles bench/ and scripts/ for Jest. Their files are ES modules, which Jest can load with `require` only in Node.js
// 24, and ts-jest uses one tsconfig for all files of a project.

const compilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
  inlineSourceMap: true,
  inlineSources: true,
};

/** @type {import("@jest/transform").SyncTransformer} */
const transformer = {
  process: (source, fileName) => ({ code: ts.transpileModule(source, { fileName, compilerOptions }).outputText }),
};
export default transformer;
