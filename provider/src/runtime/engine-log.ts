import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type * as services from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/engine_pb";

type Sort = "waiting" | "warning";
type Send = (line: string, sort: Sort) => void;

/**
 * Shows lines to a person by the engine's log service. How a provider process learns its address is undocumented, so where
 * it is missing nothing is shown, and nothing fails.
 */
export class EngineLog {
  readonly #address: string | undefined;
  readonly #warned = new Set<string>();
  #send: Send | undefined;

  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** Shows a line while an operation runs: it is not there any more at the end. */
  report(line: string): void {
    this.#show(line, "waiting");
  }

  /** Shows a line that a person should have read before going on, once: the engine checks a replacement twice. */
  warn(line: string): void {
    if (this.#warned.has(line)) return;
    this.#warned.add(line);
    this.#show(line, "warning");
  }

  #show(line: string, sort: Sort): void {
    try {
      this.#send ??= connect(this.#address);
      this.#send(line, sort);
    } catch {
      this.#send = () => {};
    }
  }
}

function connect(address: string | undefined): Send {
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
