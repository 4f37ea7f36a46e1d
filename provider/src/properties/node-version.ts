/** Must match `engines` in package.json. An older version of Node.js would cause a confusing error in the HTTP client. */
const [MAJOR, MINOR] = [22, 19];

/** Explains that Node.js is too old, or returns `undefined`. The program and the provider process both check this. */
export function nodeVersionProblem(version = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return undefined;
  return `Node.js ${version} is too old for pulumi-ens. Install version ${MAJOR}.${MINOR} or newer.`;
}
