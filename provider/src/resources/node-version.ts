import * as pulumi from "@pulumi/pulumi";

/** Must match `engines` in package.json. An older version of Node.js would cause a confusing error in the provider. */
const [MAJOR, MINOR] = [22, 19];

/**
 * Throws if Node.js is too old. Pulumi prints a `RunError` without a stack trace, because no line of the program is
 * wrong.
 */
export function requireNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return;
  throw new pulumi.RunError(
    `Node.js ${version} is too old for pulumi-ens. Install version ${MAJOR}.${MINOR} or newer.`,
  );
}
