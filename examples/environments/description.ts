import { z } from "zod";

/** Where a secret is. Never the secret itself: descriptions are committed. */
export type SecretSource = { readonly env: string } | { readonly config: string };

const SECRET = "{ env: NAME } for an environment variable, or { config: KEY } for `pulumi config set --secret KEY`";
const TYPE = "an event type as Category.Type, like EngagementEvents.EmailOpen";
const FILTERS = "keys with texts, like { definitionKey: order-confirmation }";

const text = (what: string) =>
  z.string({ error: ({ input }) => wrong(input, what) }).min(1, { error: `is empty; give ${what}` });
const url = (what: string) =>
  text(what).refine((value) => URL.parse(value)?.protocol === "https:", { error: `is no https address; give ${what}` });
const map = <Value extends z.ZodType>(value: Value, what: string) =>
  z.record(z.string(), value, { error: ({ input }) => wrong(input, what) });
const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `has no field ${issue.keys?.join(", ")}; there are ${Object.keys(shape).join(", ")}`
        : wrong(issue.input, `an object with ${Object.keys(shape).join(", ")}`),
  });

const secret = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ config: z.string().min(1) })], {
  error: ({ input }) => (typeof input === "string" ? `is written down here; give ${SECRET}` : wrong(input, SECRET)),
});

const authScheme = object({
  grantType: z.enum(["client_credentials", "password"], {
    error: ({ input }) => wrong(input, "client_credentials, or password (legacy)"),
  }),
  authUrl: url("https://host/path of your authorization server's token endpoint"),
  clientId: text("the client id that your authorization server gave out for ENS"),
  clientSecret: secret,
  username: text("the user of the password grant").exactOptional(),
  password: secret.exactOptional(),
  scope: text("scopes, separated by spaces").exactOptional(),
});

const SIZE = "a whole number of events from 100 to 1000";
const callback = object({
  url: url("https://host/path of your receiver"),
  callbackName: text("the name to show in Setup").exactOptional(),
  maxBatchSize: z
    .int({ error: ({ input }) => wrong(input, SIZE) })
    .min(100, { error: `is below 100; give ${SIZE}` })
    .max(1000, { error: `is above 1000; give ${SIZE}` })
    .exactOptional(),
  authScheme: text("the name of one of authSchemes").exactOptional(),
  verification: object({ timeout: text("a span of time like 5m") }).exactOptional(),
});

const subscription = object({
  callback: text("the name of one of callbacks"),
  subscriptionName: text("a name that is unique in the business unit").exactOptional(),
  eventCategoryTypes: z
    .array(
      text(TYPE).regex(/^[^.\s]+\.[^.\s]+$/, { error: ({ input }) => `is ${JSON.stringify(input)}; give ${TYPE}` }),
      {
        error: ({ input }) => wrong(input, "a list of event types"),
      },
    )
    .min(1, { error: `is empty; give at least ${TYPE}` }),
  filters: map(text("a text; put it in quotes"), FILTERS).exactOptional(),
  status: z.enum(["active", "paused"], { error: ({ input }) => wrong(input, "active or paused") }).exactOptional(),
  statusReason: text("why").exactOptional(),
});

const environment = z.strictObject({
  authSchemes: map(authScheme, "schemes by their names").default({}),
  callbacks: map(callback, "callbacks by their names"),
  subscriptions: map(subscription, "subscriptions by their names").default({}),
});

export type Environment = z.output<typeof environment>;

/**
 * What a stack's configuration describes, checked as a whole before anything is made. Throws one error with a line per
 * problem: where it is, what is wrong, what to do.
 */
export function environmentOf(described: unknown, isSet: (source: SecretSource) => boolean): Environment {
  const parsed = environment.safeParse(described);
  const problems = parsed.success
    ? [...dangling(parsed.data), ...repeated(parsed.data), ...unset(parsed.data, isSet)]
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new Error(problems.join("\n"));
}

/** Names that nothing in the description has. */
function dangling({ authSchemes, callbacks, subscriptions }: Environment): string[] {
  const schemes = Object.entries(callbacks).flatMap(([name, { authScheme }]) =>
    authScheme === undefined ? [] : unknown(`callbacks.${name}.authScheme`, authScheme, authSchemes),
  );
  const targets = Object.entries(subscriptions).flatMap(([name, { callback }]) =>
    unknown(`subscriptions.${name}.callback`, callback, callbacks),
  );
  return [...schemes, ...targets];
}

function unknown(path: string, name: string, known: object): string[] {
  if (Object.hasOwn(known, name)) return [];
  const names = Object.keys(known).join(", ") || "none so far";
  return [`${path} is ${JSON.stringify(name)}, which is not described; give one of: ${names}`];
}

/** ENS takes one callback for an address. Source: ENS REST contract §2.1. */
function repeated({ callbacks }: Environment): string[] {
  const first = new Map<string, string>();
  return Object.entries(callbacks).flatMap(([name, { url }]) => {
    const other = first.get(url);
    first.set(url, other ?? name);
    return other === undefined ? [] : [`callbacks.${name}.url is also that of ${other}; give each callback its own`];
  });
}

function unset({ authSchemes }: Environment, isSet: (source: SecretSource) => boolean): string[] {
  return Object.entries(authSchemes).flatMap(([name, scheme]) =>
    (["clientSecret", "password"] as const).flatMap((field) => {
      const source = scheme[field];
      if (source === undefined || isSet(source)) return [];
      const path = `authSchemes.${name}.${field}`;
      if ("env" in source) return [`${path}.env names ${source.env}, which is not set; export ${source.env}`];
      const command = `pulumi config set --secret ${source.config}`;
      return [`${path}.config names ${source.config}, which is not set; run \`${command}\``];
    }),
  );
}

function wrong(input: unknown, what: string): string {
  if (input === undefined || input === null) return `is missing; give ${what}`;
  if (Array.isArray(input)) return `is a list; give ${what}`;
  if (typeof input === "object") return `is an object that does not fit; give ${what}`;
  return `is ${JSON.stringify(input)}; give ${what}`;
}
