import type { Receiver } from "../receiver";

/** HTTP event of a function URL or an HTTP API (format 2.0), of a REST API (format 1.0), or of a load balancer. */
export interface LambdaHttpEvent {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly requestContext?: { readonly http?: { readonly method?: string } } | object;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, string[] | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}
/** HTTP response of a Lambda function. */
export interface LambdaHttpResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Creates a handler for AWS Lambda behind a function URL, API Gateway or a load balancer.
 *
 *     exports.handler = toLambdaHandler(createReceiver({ keys, enqueue, handshake: false, probes }));
 *
 * AWS freezes a function after its response, so the function cannot continue to work. Throws for a receiver with `handle` or
 * with `handshake`. Use `enqueue` to put events into a queue. Store the verification key in `probes` for `pulumi up` with
 * the strategy `pull`, or send it to a queue whose consumer calls `completeHandshake`.
 */
export function toLambdaHandler(receiver: Receiver): (event: LambdaHttpEvent) => Promise<LambdaHttpResult> {
  if (receiver.worksAfterAnswer) {
    throw new TypeError(
      "An AWS Lambda function cannot work after its response. Use enqueue instead of handle, and handshake: false with " +
        "probes.",
    );
  }
  return async (event) => {
    const { status, headers, body } = await receiver.receive({
      method: methodOf(event),
      url: urlOf(event),
      header: (name) => headerOf(event, name),
      body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    });
    return { statusCode: status, headers: { ...headers }, body };
  };
}

function methodOf({ httpMethod, requestContext = {} }: LambdaHttpEvent): string {
  const http: unknown = Reflect.get(requestContext, "http");
  const method: unknown = typeof http === "object" && http !== null ? Reflect.get(http, "method") : undefined;
  return httpMethod ?? (typeof method === "string" ? method : "GET");
}

function urlOf({ rawPath, path, rawQueryString, queryStringParameters }: LambdaHttpEvent): string {
  const given = Object.entries(queryStringParameters ?? {}).map(([name, value]): [string, string] => [
    name,
    value ?? "",
  ]);
  const query = rawQueryString ?? new URLSearchParams(given).toString();
  return `${rawPath ?? path ?? "/"}${query === "" ? "" : `?${query}`}`;
}

/** Finds a header. REST APIs keep the case in which a header was sent. */
function headerOf({ headers, multiValueHeaders }: LambdaHttpEvent, name: string): string | string[] | undefined {
  const all = Object.entries({ ...multiValueHeaders, ...headers });
  return all.find(([key]) => key.toLowerCase() === name)?.[1];
}
