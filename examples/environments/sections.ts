/** The parts of a description, and the kind of resource that their entries describe. */
export const SECTIONS = { authSchemes: "AuthScheme", callbacks: "Callback", subscriptions: "Subscription" } as const;
export type Section = keyof typeof SECTIONS;
export const NAMES = Object.keys(SECTIONS) as Section[];

export type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export type Description = Readonly<Record<Section, Entries>>;
