import ts from "typescript";

// Compiles bench/ and scripts/ for Jest. They are ES modules, as which Jest can require them in Node.js 24 only; and ts-jest
// uses one tsconfig for all files of a project.

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
