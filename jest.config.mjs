/** `fast` runs against the sources. The others load the built packages as their users do. */
const sources = {
  "^pulumi-ens$": "<rootDir>/provider/src/index.ts",
  "^pulumi-ens/runtime$": "<rootDir>/provider/src/runtime/index.ts",
  "^pulumi-ens/receiver$": "<rootDir>/provider/src/receiver/index.ts",
  "^pulumi-ens-simulator$": "<rootDir>/test/simulator/src/index.ts",
};

/** @param {string} displayName @param {string[]} folders @param {number} testTimeout in milliseconds */
const project = (displayName, folders, testTimeout) => ({
  displayName,
  testEnvironment: "node",
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  testTimeout,
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }] },
});

/** @type {import("jest").Config} */
export default {
  projects: [
    { ...project("fast", ["contract", "kinds", "resources", "scripts"], 20_000), moduleNameMapper: sources },
    project("host", ["host"], 60_000),
    project("engine", ["engine"], 300_000),
  ],
};
