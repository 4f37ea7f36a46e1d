import { createRequire } from "node:module";
import type * as grpc from "@grpc/grpc-js";
import type * as services from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/engine_pb";

type Severity = "progress" | "warning";
type Send = (line: string, severity: Severity) => void;

/**
 * Shows lines to the user through the engine's log service. The way in which a provider process gets the address is
 * undocumented. Without an address, nothing is shown and nothing fails.
 */
export class EngineLog {
  readonly #address: string | undefined;
  readonly #warned = new Set<string>();
  #send: Send | undefined;

  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** Shows a progress line, which disappears when the operation ends. */
  report(line: string): void {
    this.#show(line, "progress");
  }

  /** Shows a warning, once, because the engine checks a replacement twice. */
  warn(line: string): void {
    if (this.#warned.has(line)) return;
    this.#warned.add(line);
    this.#show(line, "warning");
  }

  #show(line: string, severity: Severity): void {
    try {
      this.#send ??= connect(this.#address);
      this.#send(line, severity);
    } catch {
      this.#send = () => {};
    }
  }
}

/** Connects to the log service of the engine. The function that is returned sends one line. */
function connect(address: string | undefined): Send {
  if (address === undefined || !/^[\w.[\]:-]+:\d+$/.test(address)) return () => {};
  const sdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials } = sdk("@grpc/grpc-js") as typeof grpc;
  const { EngineClient } = sdk("./proto/engine_grpc_pb") as typeof services;
  const { LogRequest, LogSeverity } = sdk("./proto/engine_pb") as typeof messages;
  const engine = new EngineClient(address, credentials.createInsecure());
  return (line, severity) => {
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(line);
    request.setEphemeral(severity === "progress");
    engine.log(request, () => {});
  };
}
