import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { reason } from "../ens/errors";
import { shownUrl } from "../ens/shown-url";
import { findKey } from "./read-key";
import type { KeySource, Target } from "./strategy";

const LARGEST_BYTES = 64 * 1024;
/** Most verification requests that are kept for one path. More than a few come from somebody who is trying things out. */
const MOST = 3;

/** Listeners of this process by port. Several callbacks may share one tunnel. */
const open = new Map<
  number,
  { readonly server: Server; readonly paths: Map<string, Received>; readonly ready: Promise<void> }
>();
/** The bodies that arrived, each as one line: a preflight and a verification request. */
type Received = { lines: string[] };

/**
 * Receives the verification request in this process. A tunnel forwards the callback's URL to a port on this machine. The
 * server listens on a loopback address, and accepts only verification requests at the path of that URL.
 */
export async function listener({ port }: { readonly port: number }, { url }: Target): Promise<KeySource> {
  const path = new URL(url).pathname;
  const received: Received = { lines: [] };
  const shared = open.get(port) ?? listen(port);
  open.set(port, shared);
  shared.paths.set(path, received);
  await shared.ready;
  const close = async () => {
    shared.paths.delete(path);
    if (shared.paths.size > 0 || open.get(port) !== shared) return;
    open.delete(port);
    shared.server.closeAllConnections();
    await new Promise((resolve) => shared.server.close(resolve));
  };
  return {
    awaited: `ENS's verification request to ${shownUrl(url)} at port ${port}`,
    advice: `Make a tunnel forward the callback's URL at ${shownUrl(url)} to http://127.0.0.1:${port}`,
    lookAt: "Look at the tunnel",
    hearsOnlyDuringCreate: true,
    key: async (callbackId) => findKey(received.lines.join("\n"), callbackId),
    close,
  };
}

function listen(port: number) {
  const paths = new Map<string, Received>();
  const server = createServer((request, response) => {
    handleRequest(paths, request, response).catch(() => response.destroy()); // the client closed the connection
  });
  const ready = new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      open.delete(port);
      reject(
        new Error(`cannot listen on port ${port}: ${reason(cause)}. Set verification.port to another port`, { cause }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, paths, ready };
}

/** Responds with 200 to a verification request at a known path, and with an empty 404 to any other request. */
async function handleRequest(
  paths: Map<string, Received>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const received = paths.get(request.url ?? "");
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    if (body.length <= LARGEST_BYTES) body += chunk;
  }
  const isProbe = request.method === "POST" && body.includes("verificationKey") && body.length <= LARGEST_BYTES;
  if (received !== undefined && received.lines.length < MOST && isProbe) {
    received.lines.push(body.replaceAll("\n", " "));
    response.writeHead(200).end();
  } else response.writeHead(404).end();
}
