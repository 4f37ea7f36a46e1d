import { typeOf } from "../resources/frozen";
import { findPlainSecrets } from "./plain-secrets";

/**
 * Rules for stacks with ENS resources, for a policy pack of Pulumi:
 *
 *     new PolicyPack("ens", { policies: ensPolicies({ allowedHosts: ["hooks.example.org"] }) });
 *
 * The rules are plain objects, so that this needs no `@pulumi/policy`; the pack that uses them does.
 */
export function ensPolicies(options: EnsPolicyOptions = {}): EnsPolicy[] {
  const { allowedHosts, configFolder = process.cwd() } = options;
  return [
    rule(
      "ens-no-password-grant",
      "An auth scheme should not use the password grant, which OAuth 2.1 removes.",
      AUTH_SCHEME,
      ({ grantType }) => (grantType === "password" ? 'grantType is "password"; use "client_credentials"' : undefined),
    ),
    rule(
      "ens-verified-callbacks",
      "A callback should be verified, because ENS delivers to no other.",
      CALLBACK,
      ({ verification }) =>
        isObject(verification) && verification.strategy === "none"
          ? 'verification.strategy is "none", so that nobody verifies the callback; use another strategy'
          : undefined,
    ),
    rule(
      "ens-filtered-subscriptions",
      "A subscription should have a filter, because without one it gets the events of all senders in the business unit.",
      SUBSCRIPTION,
      ({ filters }) =>
        isEmpty(filters) ? "filters is empty; name at least one, like { definitionKey: … }" : undefined,
    ),
    rule("ens-allowed-hosts", "A callback should deliver to hosts that are known.", CALLBACK, ({ url }) => {
      const host = hostOf(url);
      if (allowedHosts === undefined || host === undefined || allowedHosts.some((allowed) => isHost(host, allowed))) {
        return undefined;
      }
      return `url is at ${host}, which is not one of ${allowedHosts.join(", ")}`;
    }),
    rule(
      "ens-no-cloudpages",
      "A CloudPage should not receive events: it often answers later than ENS waits.",
      CALLBACK,
      ({ url }) => {
        const host = hostOf(url);
        const isPage = host !== undefined && CLOUD_PAGES.some((suffix) => isHost(host, suffix));
        return isPage ? `url is at ${host}, a CloudPage; use a server of your own` : undefined;
      },
    ),
    {
      name: "ens-no-plain-secrets",
      description: "A secret should be encrypted in a stack's configuration.",
      enforcementLevel: "mandatory",
      validateStack: (_, report) => {
        for (const problem of findPlainSecrets(configFolder)) report(problem);
      },
    },
  ];
}

export interface EnsPolicyOptions {
  /** Hosts at which callbacks may be: `hooks.example.org`, or `*.example.org` for all below. Without it, all may. */
  readonly allowedHosts?: readonly string[];
  /** The folder with the `Pulumi.<stack>.yaml` files. Default: the working folder. */
  readonly configFolder?: string;
}

type Properties = Readonly<Record<string, unknown>>;
type Report = (message: string, urn?: string) => void;

/** A policy as `@pulumi/policy` takes it. */
export interface EnsPolicy {
  readonly name: string;
  readonly description: string;
  readonly enforcementLevel: "mandatory" | "advisory";
  readonly validateResource?: (args: { readonly type: string; readonly props: Properties }, report: Report) => void;
  readonly validateStack?: (args: object, report: Report) => void;
}

const [AUTH_SCHEME, CALLBACK, SUBSCRIPTION] = ["AuthScheme", "Callback", "Subscription"].map(typeOf) as [
  string,
  string,
  string,
];
/** Hosts of CloudPages without a domain of one's own. */
const CLOUD_PAGES = ["*.pub.sfmc-content.com", "*.exacttarget.com", "*.marketingcloudapps.com"];

function rule(
  name: string,
  description: string,
  type: string,
  problemOf: (props: Properties) => string | undefined,
): EnsPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource(resource, report) {
      if (resource.type !== type) return;
      const problem = problemOf(resource.props);
      if (problem !== undefined) report(problem);
    },
  };
}

function isEmpty(filters: unknown): boolean {
  if (filters === undefined || filters === null) return true;
  return (Array.isArray(filters) ? filters : Object.keys(filters as object)).length === 0;
}

function hostOf(url: unknown): string | undefined {
  return typeof url === "string" ? URL.parse(url)?.hostname : undefined;
}

/** `*.example.org` stands for all hosts below `example.org`. */
function isHost(host: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
