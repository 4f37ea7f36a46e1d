import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2, LambdaFunctionURLEvent } from "aws-lambda";
import type { LambdaHttpEvent } from "pulumi-ens-receiver/lambda";

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** The event that each of AWS's front ends makes of a request. The types are those of `@types/aws-lambda`. */
export const FRONT_ENDS: Record<string, (sent: Sent) => LambdaHttpEvent> = {
  "a function URL": ({ method, path, query = {}, ...sent }) =>
    ({
      version: "2.0",
      rawPath: path,
      rawQueryString: new URLSearchParams(query).toString(),
      requestContext: { http: { method, path } },
      ...sent,
      body: sent.body ?? undefined,
    }) as Partial<LambdaFunctionURLEvent> as LambdaHttpEvent,
  "an HTTP API": ({ method, path, query = {}, ...sent }) =>
    ({
      version: "2.0",
      routeKey: "$default",
      rawPath: path,
      rawQueryString: new URLSearchParams(query).toString(),
      requestContext: { http: { method, path } },
      ...sent,
      body: sent.body ?? undefined,
    }) as Partial<APIGatewayProxyEventV2> as LambdaHttpEvent,
  "a REST API": ({ method, path, query = {}, headers, ...sent }) =>
    ({
      httpMethod: method,
      path,
      queryStringParameters: query,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
      ...sent,
    }) as Partial<APIGatewayProxyEvent>,
  "a load balancer with lists of headers": ({ method, path, query = {}, headers, ...sent }) =>
    ({
      httpMethod: method,
      path,
      queryStringParameters: query,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      ...sent,
      body: sent.body ?? "",
    }) as Partial<ALBEvent> as LambdaHttpEvent,
};
