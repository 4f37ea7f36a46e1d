import { typeOf } from "../resources/frozen";
import { findPlainSecrets } from "./plain-secrets";

/**
 * Returns policies for stacks with ENS resources, for a policy pack of Pulumi:
 *
 *     new PolicyPack("ens", { policies: ensPolicies({ allowedHosts: ["hooks.example.org"] }) });
 *
 * The policies are plain objects, so that only the policy pack depends on `@pulumi/policy`.
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
      "A callback should be verified, because ENS delivers events only to verified callbacks.",
      CALLBACK,
      ({ verification }) =>
        isObject(verification) && verification.strategy === "none"
          ? 'verification.strategy is "none", so the callback stays unverified; use another strategy'
          : undefined,
    ),
    rule(
      "ens-filtered-subscriptions",
      "A subscription should have a filter. Without one, it gets the events of all senders in the business unit.",
      SUBSCRIPTION,
      ({ filters }) =>
        isEmpty(filters) ? "filters is empty; set at least one filter, like { definitionKey: … }" : undefined,
    ),
    rule("ens-allowed-hosts", "A callback should use an allowed host.", CALLBACK, ({ url }) => {
      const host = hostOf(url);
      if (allowedHosts === undefined || host === undefined || allowedHosts.some((allowed) => isHost(host, allowed))) {
        return undefined;
      }
      return `the host of url is ${host}, which is not one of ${allowedHosts.join(", ")}`;
    }),
    rule(
      "ens-no-cloudpages",
      "A CloudPage should not receive events, because it often responds too late for ENS.",
      CALLBACK,
      ({ url }) => {
        const host = hostOf(url);
        const isPage = host !== undefined && CLOUD_PAGES.some((suffix) => isHost(host, suffix));
        return isPage ? `the host of url is ${host}, which serves CloudPages; use your own receiver` : undefined;
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
  /** Allowed hosts of callbacks: `hooks.example.org`, or `*.example.org` for all its subdomains. Default: all hosts. */
  readonly allowedHosts?: readonly string[];
  /** Folder with the `Pulumi.<stack>.yaml` files. Default: the working directory. */
  readonly configFolder?: string;
}

type Properties = Readonly<Record<string, unknown>>;
type Report = (message: string, urn?: string) => void;

/** A policy in the format of `@pulumi/policy`. */
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
/** Hosts of CloudPages that do not use a custom domain. */
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

/** Whether a host matches a pattern. `*.example.org` matches all subdomains of `example.org`. */
function isHost(host: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
