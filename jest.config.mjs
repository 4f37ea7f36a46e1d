/** The folders of each layer, in test/. `fast` runs against the sources; the others load the built packages as their users do. */
export const LAYERS = {
  fast: ["cli", "contract", "faults", "kinds", "policy", "receiver", "resources", "scripts"],
  host: ["host"],
  engine: ["engine"],
  full: ["full"],
};

const sources = {
  "^pulumi-ens$": "<rootDir>/provider/src/index.ts",
  "^pulumi-ens/runtime$": "<rootDir>/provider/src/runtime/index.ts",
  "^pulumi-ens/receiver$": "<rootDir>/provider/src/receiver/index.ts",
  "^pulumi-ens/check$": "<rootDir>/provider/src/check/index.ts",
  "^pulumi-ens/policy$": "<rootDir>/provider/src/policy/index.ts",
  "^pulumi-ens-receiver$": "<rootDir>/receiver/src/index.ts",
  "^pulumi-ens-receiver/internal$": "<rootDir>/receiver/src/internal.ts",
  "^pulumi-ens-receiver/(.*)$": "<rootDir>/receiver/src/handlers/$1.ts",
  "^pulumi-ens-simulator$": "<rootDir>/test/simulator/src/index.ts",
};

const HERE = import.meta.dirname.replace(/[^\w/]/g, "\\$&");

/** What ts-jest has compiled, and how long each file took: the slowest go first. */
const CACHE = { cacheDirectory: "<rootDir>/.cache/jest" };

/** @type {import("jest").Config} */
export default {
  ...CACHE,
  // Generous, because machines are slow at times. For a project alone, Jest takes another limit from a setup file only.
  testTimeout: 300_000,
  // A worker without anything open still takes its heap apart, hundreds of megabytes; half a second is too short for it.
  workerGracefulExitTimeout: 10_000,
  projects: Object.entries(LAYERS).map(([displayName, folders]) => ({
    displayName,
    ...CACHE,
    testEnvironment: "node",
    // Jest reads and watches these. Without, that includes all installed packages.
    roots: ["bench", "provider/src", "receiver/src", "scripts", "test"].map((folder) => `<rootDir>/${folder}`),
    testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
    transform: {
      [`^${HERE}/(bench|scripts)/.+\\.ts$`]: "<rootDir>/test/support/scripts-transform.mjs",
      "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }],
    },
    ...(displayName === "fast" && {
      moduleNameMapper: sources,
      setupFilesAfterEnv: ["<rootDir>/test/support/limit.ts"],
    }),
  })),
};
