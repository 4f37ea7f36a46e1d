export type Manager = "npm" | "pnpm" | "yarn";
/** JavaScript of two kinds, TypeScript that resolves in two */
export type Kind = "commonjs" | "esm" | "node10" | "nodenext";
/** of what the manifest allows */
export type Age = "oldest" | "newest";
export interface Project {
  manager: Manager;
  kind: Kind;
  node: Age;
  sdk: Age;
}

/**
 * Every two values of two columns meet in a project, where npm and yarn are one value: both lay packages out flat, which
 * pnpm does not. Each of the three managers with each of the four kinds would need twelve projects.
 */
export const PROJECTS: Project[] = [
  { manager: "pnpm", kind: "commonjs", node: "oldest", sdk: "oldest" },
  { manager: "pnpm", kind: "esm", node: "newest", sdk: "newest" },
  { manager: "pnpm", kind: "node10", node: "oldest", sdk: "newest" },
  { manager: "pnpm", kind: "nodenext", node: "newest", sdk: "oldest" },
  { manager: "npm", kind: "node10", node: "newest", sdk: "oldest" },
  { manager: "npm", kind: "nodenext", node: "oldest", sdk: "newest" },
  { manager: "yarn", kind: "commonjs", node: "newest", sdk: "newest" },
  { manager: "yarn", kind: "esm", node: "oldest", sdk: "oldest" },
];
