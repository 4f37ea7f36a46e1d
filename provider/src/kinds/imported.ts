import type { z } from "zod";

/** An object that is in no state yet, as a resource of ours would have it. */
export interface Imported<Inputs, State> {
  /** What a program would have to say. */
  readonly inputs: Inputs;
  readonly state: State;
}

/** Reads what ENS shows as a program's inputs. Throws with the reasons when no program can say the same. */
export function parseLive<Inputs>(schema: z.ZodObject, shown: object): Inputs {
  const given = Object.entries(shown).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const { data, error } = schema.safeParse(Object.fromEntries(given));
  if (error === undefined) return data as Inputs;
  throw new Error(error.issues.map(({ path, message }) => `its ${path.join(".")} ${message}`).join("; "));
}
