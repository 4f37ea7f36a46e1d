import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type * as services from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/engine_pb";

/** Shows a line while an operation runs: it is not there any more at the end. */
export function report(line: string): void {
  send(line, "waiting");
}

const warned = new Set<string>();

/** Shows a line that a person should have read before going on, once: the engine checks a replacement twice. */
export function warn(line: string): void {
  if (warned.has(line)) return;
  warned.add(line);
  send(line, "warning");
}

type Sort = "waiting" | "warning";
let log: ((line: string, sort: Sort) => void) | undefined;

/**
 * By the engine's log service. Its address is the process's first argument. That is undocumented, so where it is
 * missing nothing is shown, and nothing fails.
 */
function send(line: string, sort: Sort): void {
  try {
    log ??= connect(process.argv[2]);
    log(line, sort);
  } catch {
    log = () => {};
  }
}

function connect(address: string | undefined): (line: string, sort: Sort) => void {
  if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return () => {};
  const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials } = sdk("@grpc/grpc-js") as typeof grpc;
  const { EngineClient } = sdk("./proto/engine_grpc_pb") as typeof services;
  const { LogRequest, LogSeverity } = sdk("./proto/engine_pb") as typeof messages;
  const engine = new EngineClient(address, credentials.createInsecure());
  return (line, sort) => {
    const request = new LogRequest();
    request.setSeverity(sort === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(line);
    request.setEphemeral(sort === "waiting");
    engine.log(request, () => {});
  };
}
