import * as pulumi from "@pulumi/pulumi";

/** As `engines` in package.json says. What an older version lacks would show as a puzzling error of the provider. */
const [MAJOR, MINOR] = [22, 19];

/** Pulumi shows the error without a stack: the person has to install another Node.js, not to mend a line of code. */
export function requireNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return;
  throw new pulumi.RunError(
    `Node.js ${version} is too old for pulumi-ens. Install version ${MAJOR}.${MINOR} or newer.`,
  );
}
