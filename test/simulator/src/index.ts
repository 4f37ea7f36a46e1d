import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AdminClient } from "./admin/admin-client";
import { type Certificate, certificateFor } from "./http/certificate";
import { serve } from "./http/server";
import { createWorld, type SimulatorOptions } from "./world";

export type { Emitted } from "./admin/admin-client";
export { AdminClient } from "./admin/admin-client";
export { ADMIN_ROUTES } from "./admin/routes";
export type { Package, PackageChange } from "./api/packages";
export { ROUTES } from "./api/routes";
export { FLAGS } from "./cli/flags";
export { CATALOGUE } from "./events/catalogue";
export type { Lag } from "./events/effect";
export type { Delivery, Emission, Skipped } from "./events/emission";
export { type Certificate, certificateFor } from "./http/certificate";
export type { Chance, Fault } from "./http/fault";
export { FAULT_KINDS } from "./http/fault-kinds";
export type { Entry, JournalQuery } from "./http/journal";
export { QUESTIONS } from "./questions";
export { Random } from "./random";
export type { Collection, State, StoredCallback, StoredScheme, StoredSubscription } from "./store";
export { type Answers, alternatives, type Switches } from "./switches";
export { VERSION } from "./version";
export type { SimulatorOptions } from "./world";

/** A running simulator. */
export interface Simulator {
  /** Origin of the REST routes. */
  readonly restUrl: string;
  /** Origin of `/v2/token`. */
  readonly authUrl: string;
  readonly adminUrl: string;
  /** URL of the web page. */
  readonly pageUrl: string;
  readonly admin: AdminClient;
  /** Seed of the random faults. The same seed and the same requests repeat a run. */
  readonly seed: number;
  /** With `tls`: the certificate in PEM that clients must trust. */
  readonly ca?: string;
  close(): Promise<void>;
}

/** Starts a simulator on 127.0.0.1 in this process. Rejects when the port is in use. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const certificate = await certificateOf(options);
  const server = serve(world, certificate);
  await listen(server, options.port ?? 0);
  const scheme = certificate === undefined ? "http" : "https";
  world.origin = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const adminUrl = `${world.origin}/_simulator`;
  return {
    restUrl: world.origin,
    authUrl: world.origin,
    adminUrl,
    pageUrl: `${adminUrl}/ui`,
    admin: new AdminClient(adminUrl, certificate),
    seed: world.random.seed,
    ...(certificate === undefined ? {} : { ca: certificate.ca }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      world.deliveries.clear();
      world.clock.clear();
      world.save();
      await world.outbound.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const wayOut = "Stop the program that uses it, or choose another port. Port 0 chooses a free one.";
      const taken = cause.code === "EADDRINUSE";
      reject(taken ? new Error(`Port ${port} of 127.0.0.1 is in use. ${wayOut}`, { cause }) : cause);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function certificateOf({ tls = false }: SimulatorOptions): Promise<Certificate | undefined> {
  if (tls === false) return undefined;
  return certificateFor(["127.0.0.1", "localhost", ...(tls === true ? [] : tls.hosts)]);
}
