const typescript = { transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }] } };

/** `fast` runs against the sources. The others load the built packages as their users do. */
const sources = {
  "^pulumi-ens$": "<rootDir>/provider/src/index.ts",
  "^pulumi-ens/runtime$": "<rootDir>/provider/src/runtime/index.ts",
  "^pulumi-ens/receiver$": "<rootDir>/provider/src/receiver/index.ts",
  "^pulumi-ens-simulator$": "<rootDir>/test/simulator/src/index.ts",
};

/** @param {string} displayName @param {string[]} folders */
const project = (displayName, folders) => ({
  displayName,
  ...typescript,
  testEnvironment: "node",
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  modulePathIgnorePatterns: ["<rootDir>/.*/dist/"],
});

/** @type {import("jest").Config} */
export default {
  projects: [
    { ...project("fast", ["contract", "kinds", "resources", "scripts"]), moduleNameMapper: sources },
    project("host", ["host"]),
    project("engine", ["engine"]),
  ],
};
