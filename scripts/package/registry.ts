import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../run.cjs";
import { packAll } from "./pack.ts";

/** `env` makes npm install from the registry. `tarballs` are the published packages. */
export interface Registry {
  url: string;
  env: NodeJS.ProcessEnv;
  tarballs: string[];
  close: () => Promise<void>;
}
/** The body of a request of `npm publish`. */
export interface Published {
  name: string;
  _attachments?: Record<string, { data: string }>;
}

/**
 * Starts a registry on loopback with the packages of this repository in their current state. For other packages, the
 * registry redirects to the registry that npm is configured with, so all caches remain valid. A registry from npm would
 * need 300 packages and download everything once more.
 */
export async function startRegistry(root: string): Promise<Registry> {
  const upstream = await succeed("npm", ["config", "get", "registry"], { cwd: root });
  const server = serve(upstream);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const env = { ...process.env, npm_config_registry: url, npm_config_prefer_offline: "true" };
    const tarballs = await packAll(root, folder);
    // npm requires a token before it publishes. This registry ignores the token.
    await writeFile(join(folder, "npmrc"), `//127.0.0.1:${port}/:_authToken=none\n`);
    for (const tarball of tarballs) {
      const args = ["publish", tarball, `--userconfig=${join(folder, "npmrc")}`];
      await succeed("npm", args, { cwd: folder, env });
    }
    return { url, env, tarballs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function serve(upstream: string) {
  const packages: Map<string, string> = new Map();
  const files: Map<string, Buffer> = new Map();
  return createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? "/").slice(1);
    if (request.method === "PUT") {
      const { _attachments = {}, ...document } = JSON.parse(await textOf(request)) as Published;
      for (const [file, { data }] of Object.entries(_attachments)) {
        files.set(`${document.name}/-/${file}`, Buffer.from(data, "base64"));
      }
      packages.set(document.name, JSON.stringify(document));
      response.writeHead(201).end("{}");
      return;
    }
    const known = files.get(path) ?? packages.get(path);
    if (known !== undefined) response.writeHead(200, { "cache-control": "no-store" }).end(known);
    // The packages of this repository are never requested from another registry.
    else if (path.startsWith("pulumi-ens")) response.writeHead(404).end("{}");
    else response.writeHead(307, { location: upstream.replace(/\/$/, "") + request.url }).end();
  });
}

async function textOf(request: IncomingMessage) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
