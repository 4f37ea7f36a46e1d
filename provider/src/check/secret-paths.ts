import { programInputs } from "../properties/facts";
import type { Properties } from "../properties/types";

/** Returns the paths of the secret inputs, including those in objects. */
export function secretPaths(table: Properties): string[][] {
  const paths = programInputs(table).flatMap((name): string[][] => {
    const property = table[name];
    if (property?.secret) return [[name]];
    const { type } = property ?? {};
    const parts =
      type?.is === "variants" ? Object.values(type.variants) : type?.is === "shape" ? [type.properties] : [];
    return parts.flatMap(secretPaths).map((path) => [name, ...path]);
  });
  return paths.filter((path, at) => paths.findIndex((other) => other.join() === path.join()) === at);
}
