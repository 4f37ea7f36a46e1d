/** @typedef {"npm" | "pnpm" | "yarn"} Manager */
/** @typedef {"commonjs" | "esm" | "node10" | "nodenext"} Kind JavaScript of two kinds, TypeScript that resolves in two */
/** @typedef {"oldest" | "newest"} Age of what the manifest allows */
/** @typedef {{ manager: Manager, kind: Kind, node: Age, sdk: Age }} Project */

/**
 * Every two values of two columns meet in a project, where npm and yarn are one value: both lay packages out flat, which
 * pnpm does not. Each of the three managers with each of the four kinds would need twelve projects.
 *
 * @type {Project[]}
 */
export const PROJECTS = [
  { manager: "pnpm", kind: "commonjs", node: "oldest", sdk: "oldest" },
  { manager: "pnpm", kind: "esm", node: "newest", sdk: "newest" },
  { manager: "pnpm", kind: "node10", node: "oldest", sdk: "newest" },
  { manager: "pnpm", kind: "nodenext", node: "newest", sdk: "oldest" },
  { manager: "npm", kind: "node10", node: "newest", sdk: "oldest" },
  { manager: "npm", kind: "nodenext", node: "oldest", sdk: "newest" },
  { manager: "yarn", kind: "commonjs", node: "newest", sdk: "newest" },
  { manager: "yarn", kind: "esm", node: "oldest", sdk: "oldest" },
];
