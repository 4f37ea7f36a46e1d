import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { LambdaHttpEvent, LambdaHttpResult } from "pulumi-ens-receiver/lambda";
import type { Sent } from "./front-ends";

const RUNTIME = "/2018-06-01/runtime";

/** An error that the function or its start reported to the Runtime API. */
export interface Reported {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** A function that AWS's runtime client runs in a process of its own. */
export interface LambdaFunction {
  /** Host and port of the front end, which passes each request to the function. */
  readonly address: string;
  readonly process: ChildProcess;
  readonly errors: Reported[];
  /** Passes an event to the function. Resolves with its result, or with `undefined` when the function failed. */
  invoke(event: unknown): Promise<LambdaHttpResult | undefined>;
  close(): Promise<void>;
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  done(result: LambdaHttpResult | undefined): void;
}

/**
 * Starts the function `handler` under AWS's runtime client, with a Runtime API and a front end for it. As AWS does, the
 * Runtime API stops the process while no invocation is waiting, so that work after a response does not run.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startFunction(
  handler: string,
  eventOf: (sent: Sent) => LambdaHttpEvent,
  env: Record<string, string> = {},
): Promise<LambdaFunction> {
  const queue: Invocation[] = [];
  const running = new Map<string, Invocation>();
  const errors: Reported[] = [];
  let idle: ServerResponse | undefined;

  function dispatch(): void {
    const invocation = idle === undefined ? undefined : queue.shift();
    if (idle === undefined || invocation === undefined) return;
    child.kill("SIGCONT");
    running.set(invocation.id, invocation);
    idle.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.id,
      "lambda-runtime-deadline-ms": String(Date.now() + 30_000),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:123456789012:function:ens",
      "lambda-runtime-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
    });
    idle.end(JSON.stringify(invocation.event));
    idle = undefined;
  }

  async function answerRuntime(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, id = "", outcome] =
      /^\/invocation\/([^/]+)\/(response|error)$/.exec(request.url?.slice(RUNTIME.length) ?? "") ?? [];
    if (request.method === "GET" && request.url === `${RUNTIME}/invocation/next`) {
      idle = response;
      child.kill("SIGSTOP");
      return dispatch();
    }
    if (request.url === `${RUNTIME}/init/error` || outcome === "error") errors.push(JSON.parse(body));
    response.writeHead(202).end();
    running.get(id)?.done(outcome === "response" ? (JSON.parse(body) as LambdaHttpResult) : undefined);
    running.delete(id);
  }

  const invoke = (event: unknown) =>
    new Promise<LambdaHttpResult | undefined>((done) => {
      queue.push({ id: randomUUID(), event, done });
      dispatch();
    });

  async function answerClient(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://front.example");
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const event = eventOf({
      method: request.method ?? "GET",
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(headers),
      body: (await text(request)) || null,
      isBase64Encoded: false,
    });
    const result = await invoke(event);
    if (result === undefined) response.writeHead(502).end();
    else response.writeHead(result.statusCode, result.headers).end(result.body);
  }

  const runtime = await listen((request, response) => void answerRuntime(request, response));
  const front = await listen((request, response) => void answerClient(request, response));
  const child = spawn(process.execPath, [join(__dirname, "runtime-client/index.mjs")], {
    stdio: "ignore",
    env: {
      AWS_LAMBDA_RUNTIME_API: addressOf(runtime),
      AWS_LAMBDA_FUNCTION_NAME: "ens",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/ens",
      AWS_LAMBDA_LOG_STREAM_NAME: "test",
      LAMBDA_TASK_ROOT: join(__dirname, "function"),
      _HANDLER: handler,
      ...env,
    },
  });
  const ended = once(child, "exit");
  return {
    address: addressOf(front),
    process: child,
    errors,
    invoke,
    async close() {
      child.kill("SIGKILL");
      await ended;
      for (const server of [runtime, front]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}

async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const addressOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
