import type { z } from "zod";

/** An object that is in no state yet, described as a resource. */
export interface Imported<Inputs, State> {
  /** Inputs with which a program describes the object. */
  readonly inputs: Inputs;
  readonly state: State;
}

/** Converts what ENS shows into inputs of a program. Throws with the reasons if a program cannot have such inputs. */
export function parseLive<Inputs>(schema: z.ZodObject, shown: object): Inputs {
  const given = Object.entries(shown).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const { data, error } = schema.safeParse(Object.fromEntries(given));
  if (error === undefined) return data as Inputs;
  throw new Error(error.issues.map(({ path, message }) => `its ${path.join(".")} ${message}`).join("; "));
}
