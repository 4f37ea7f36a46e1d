/** What readers call the contestants. @type {Record<import("../options.mjs").Name, string>} */
export const NAMES = {
  ours: "pulumi-ens",
  floor: "floor",
  naive: "first provider",
  tofu: "OpenTofu",
};
