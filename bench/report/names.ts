import type { Name } from "../options.ts";
/** What readers call the contestants. */
export const NAMES: Record<Name, string> = {
  ours: "pulumi-ens",
  floor: "floor",
  naive: "first provider",
  tofu: "OpenTofu",
};
