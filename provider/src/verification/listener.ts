import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { reason } from "../ens/errors";
import { shownUrl } from "../ens/shown-url";
import { findKey } from "./read-key";
import type { KeySource, Target } from "./strategy";

const LARGEST_BYTES = 64 * 1024;
/** Probes at one path: more than a few are somebody's trial. */
const MOST = 3;

/** Listeners of this process by port: several callbacks may come through one tunnel. */
const open = new Map<
  number,
  { readonly server: Server; readonly paths: Map<string, Heard>; readonly ready: Promise<void> }
>();
/** The bodies that came, one in each line: a preflight and a probe. */
type Heard = { lines: string[] };

/**
 * We are the receiver while the callback is made: a tunnel brings the callback's url to a port on this machine. It
 * takes probes at the path of that url, on a loopback address, and nothing else.
 */
export async function listener({ port }: { readonly port: number }, { url }: Target): Promise<KeySource> {
  const path = new URL(url).pathname;
  const heard: Heard = { lines: [] };
  const here = open.get(port) ?? listen(port);
  open.set(port, here);
  here.paths.set(path, heard);
  await here.ready;
  const close = async () => {
    here.paths.delete(path);
    if (here.paths.size > 0 || open.get(port) !== here) return;
    open.delete(port);
    here.server.closeAllConnections();
    await new Promise((resolve) => here.server.close(resolve));
  };
  return {
    awaited: `ENS's POST to ${shownUrl(url)} at port ${port}`,
    advice: `let a tunnel bring the callback's url at ${shownUrl(url)} to http://127.0.0.1:${port}`,
    hearsOnlyDuringCreate: true,
    key: async (callbackId) => findKey(heard.lines.join("\n"), callbackId),
    close,
  };
}

function listen(port: number) {
  const paths = new Map<string, Heard>();
  const server = createServer((request, response) => {
    handleRequest(paths, request, response).catch(() => response.destroy()); // the other side went away in the middle
  });
  const ready = new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      open.delete(port);
      reject(
        new Error(`cannot listen on port ${port}: ${reason(cause)}; give another one as verification.port`, { cause }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, paths, ready };
}

/** A 200 for a probe at a known path; what is not one gets a 404 without a word. */
async function handleRequest(
  paths: Map<string, Heard>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const heard = paths.get(request.url ?? "");
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    if (body.length <= LARGEST_BYTES) body += chunk;
  }
  const probe = request.method === "POST" && body.includes("verificationKey") && body.length <= LARGEST_BYTES;
  if (heard !== undefined && heard.lines.length < MOST && probe) {
    heard.lines.push(body.replaceAll("\n", " "));
    response.writeHead(200).end();
  } else response.writeHead(404).end();
}
