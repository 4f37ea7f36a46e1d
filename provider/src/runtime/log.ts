import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type * as services from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/engine_pb";

/**
 * Shows a line while an operation runs, through the engine's log service. Its address is the process's first argument.
 * That is undocumented, so where it is missing nothing is shown, and nothing fails.
 */
export function report(line: string): void {
  try {
    log ??= connect(process.argv[2]);
    log?.(line);
  } catch {
    log = () => {};
  }
}

let log: ((line: string) => void) | undefined;

function connect(address: string | undefined): (line: string) => void {
  if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return () => {};
  const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials } = sdk("@grpc/grpc-js") as typeof grpc;
  const { EngineClient } = sdk("./proto/engine_grpc_pb") as typeof services;
  const { LogRequest, LogSeverity } = sdk("./proto/engine_pb") as typeof messages;
  const engine = new EngineClient(address, credentials.createInsecure());
  return (line) => {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setMessage(line);
    request.setEphemeral(true); // shown while it waits, not again at the end
    engine.log(request, () => {});
  };
}
