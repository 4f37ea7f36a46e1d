import type { Name } from "../options.ts";
/** Names of the contestants for readers. */
export const NAMES: Record<Name, string> = {
  ours: "pulumi-ens",
  floor: "floor",
  naive: "first provider",
  tofu: "OpenTofu",
};
