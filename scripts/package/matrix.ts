export type Manager = "npm" | "pnpm" | "yarn";
/** JavaScript with two module systems, and TypeScript with two module resolutions. */
export type Kind = "commonjs" | "esm" | "node10" | "nodenext";
/** The oldest and the newest version that the manifest allows. */
export type Age = "oldest" | "newest";
export interface Project {
  manager: Manager;
  kind: Kind;
  node: Age;
  sdk: Age;
}

/**
 * The projects cover each pair of values of two columns. npm and yarn count as one value, because both install packages
 * in a flat layout, and pnpm does not. Twelve projects would be needed to combine each manager with each kind.
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
