import { join, resolve } from "node:path";
import { credentials, Metadata, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { withoutSettings } from "../../scripts/pulumi.ts";
import { start } from "../../scripts/run.cjs";

const ROOT = resolve(__dirname, "../..");
const PROGRAM = join(ROOT, "node_modules/@pulumi/pulumi/cmd/dynamic-provider");

export type Properties = Record<string, unknown>;

/** The error of a call, as the engine sees it. */
export class Refused extends Error {
  constructor(
    /** The gRPC status. */
    readonly code: number,
    message: string,
    /** For a partly created object: the values that the engine keeps. */
    readonly half?: { readonly id: string; readonly properties: Properties; readonly reasons: string[] },
  ) {
    super(message);
  }
}

/** A line that the process asked the engine to show. */
export interface Shown {
  readonly severity: string;
  /** Whether the line disappears at the end of the run. */
  readonly ephemeral: boolean;
  readonly line: string;
}

/**
 * The published dynamic-provider process, called in the same way as the engine calls it. Each method rejects with
 * `Refused`.
 */
export interface DynamicHost {
  /** Checks inputs. `olds` are the inputs of the last run, or empty before the resource was created. */
  check(
    news: Properties,
    olds?: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    state: Properties,
    inputs: Properties,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: Properties): Promise<{ id: string; state: Properties }>;
  /** Reads an object. The id in the result is empty when the object no longer exists. */
  read(id: string, state: Properties): Promise<{ id: string; state: Properties; inputs: Properties }>;
  update(id: string, state: Properties, inputs: Properties): Promise<Properties>;
  delete(id: string, state: Properties): Promise<void>;
  /** Returns the process's output on stdout and stderr, and the lines that it asked the engine to show. */
  printed(): string;
  readonly logged: string[];
  /** The lines that it asked the engine to show, and how the engine shows them. */
  readonly shown: Shown[];
  close(): Promise<void>;
}

/** The text by which the process finds a kind. Every state file contains this text. */
export const textOf = (kind: string) => ({
  __provider: `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`,
});

/**
 * Starts the process. `env` replaces all `ENS_` variables. `config` is the configuration of the stack or of an explicit
 * provider. `engine: false` sets an address where no engine listens.
 */
export async function startDynamicHost(
  options: { readonly env?: NodeJS.ProcessEnv; readonly config?: Record<string, string>; readonly engine?: false } = {},
): Promise<DynamicHost> {
  const logged: string[] = [];
  const shown: Shown[] = [];
  const severities = new Map(Object.entries(LogSeverity).map(([name, number]) => [number, name.toLowerCase()]));
  const engine = new Server();
  engine.addService(EngineService as never, {
    log(call: { request: LogRequest }, done: (error: null, answer: Empty) => void) {
      const { request } = call;
      const severity = severities.get(request.getSeverity()) ?? "unknown";
      logged.push(request.getMessage());
      shown.push({ severity, ephemeral: request.getEphemeral(), line: request.getMessage() });
      done(null, new Empty());
    },
  });
  const engineAddress = options.engine === false ? "127.0.0.1:1" : `127.0.0.1:${await bound(engine)}`;
  const { firstLine, printed, stop } = start(process.execPath, [PROGRAM, engineAddress], {
    cwd: ROOT,
    env: { ...withoutSettings(), ENS_ACTIVATION_WAIT: "0s", ...options.env },
  });
  const port = await firstLine();
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());

  function call<Answer>(
    send: (done: (error: ServiceError | null, answer: Answer) => void) => unknown,
  ): Promise<Answer> {
    return new Promise((done, failed) => {
      send((error, answer) => (error === null ? done(answer) : failed(refused(error))));
    });
  }

  const configuration = new messages.ConfigureRequest();
  configuration.setArgs(struct(options.config ?? {}));
  await call<messages.ConfigureResponse>((done) => client.configure(configuration, done));

  return {
    async check(news, olds = {}) {
      const request = new messages.CheckRequest();
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const answer = await call<messages.CheckResponse>((done) => client.check(request, done));
      return { inputs: plain(answer.getInputs()), failures: answer.getFailuresList().map((each) => each.toObject()) };
    },
    async diff(id, state, inputs) {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setOlds(struct(state));
      request.setNews(struct(inputs));
      const answer = await call<messages.DiffResponse>((done) => client.diff(request, done));
      return {
        changes: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: answer.getReplacesList(),
        deleteBeforeReplace: answer.getDeletebeforereplace(),
      };
    },
    async create(inputs) {
      const request = new messages.CreateRequest();
      request.setProperties(struct(inputs));
      const answer = await call<messages.CreateResponse>((done) => client.create(request, done));
      return { id: answer.getId(), state: plain(answer.getProperties()) };
    },
    async read(id, state) {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setProperties(struct(state));
      const answer = await call<messages.ReadResponse>((done) => client.read(request, done));
      return { id: answer.getId(), state: plain(answer.getProperties()), inputs: plain(answer.getInputs()) };
    },
    async update(id, state, inputs) {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setOlds(struct(state));
      request.setNews(struct(inputs));
      return plain((await call<messages.UpdateResponse>((done) => client.update(request, done))).getProperties());
    },
    async delete(id, state) {
      const request = new messages.DeleteRequest();
      request.setId(id);
      request.setProperties(struct(state));
      await call<Empty>((done) => client.delete(request, done));
    },
    printed,
    logged,
    shown,
    async close() {
      client.close();
      engine.forceShutdown();
      await stop();
    },
  };
}

function bound(server: Server): Promise<number> {
  return new Promise((done, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? done(port) : failed(error),
    );
  });
}

const struct = (value: Properties) => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);
const plain = (value: Struct | undefined) => (value?.toJavaScript() ?? {}) as Properties;

/** Reads the error. The details of a partly created object are in a separate header. */
function refused(error: ServiceError): Refused {
  const [bytes] = (error.metadata ?? new Metadata()).get("grpc-status-details-bin");
  const [detail] = bytes === undefined ? [] : Status.deserializeBinary(bytes as Uint8Array).getDetailsList();
  if (detail === undefined) return new Refused(error.code, error.details);
  const half = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  const kept = { id: half.getId(), properties: plain(half.getProperties()), reasons: half.getReasonsList() };
  return new Refused(error.code, error.details, kept);
}
