/** The version that is installed or built when the machine has no engine. The provider is tested with this version. */
export const ENGINE_VERSION = "3.259.0";

/**
 * From this version on, engines import dynamic resources from a file with their inputs and outputs, so `ens import`
 * needs it. Source: pulumi/pulumi pull request 23984, released in 3.254.0.
 */
const OLDEST = [3, 254];

/** @param {string} version such as `v3.259.0` */
export function isSupported(version) {
  const match = /^v?(\d+)\.(\d+)\.\d+/.exec(version);
  if (match === null) return false;
  return Number(match[1]) === OLDEST[0] && Number(match[2]) >= Number(OLDEST[1]);
}

export const SUPPORTED = `${OLDEST.join(".")} or newer, below 4`;
