import { connect, isIP } from "node:net";
import * as tls from "node:tls";
import { reason } from "../../ens/errors";
import type { Target } from "./sender";

/** Addresses of a host, and the reason why the connection failed. */
export interface Reached {
  readonly addresses: readonly string[];
  readonly problem?: string;
}

/** Opens a connection and closes it at once. Never rejects. */
export function reach({ url }: Target, limitMs: number): Promise<Reached> {
  return new Promise((resolve) => {
    const addresses: string[] = [];
    const socket = connect({ host: hostOf(url), port: portOf(url) });
    const end = (problem?: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem === undefined ? { addresses } : { addresses, problem });
    };
    const timer = setTimeout(() => end(`no connection within ${limitMs / 1000} s`), limitMs);
    socket.on("lookup", (_, address: string) => {
      if (address && !addresses.includes(address)) addresses.push(address);
    });
    socket.on("connect", () => end());
    socket.on("error", (error) => end(reason(error)));
  });
}

/** Returns a context for TLS 1.2 or newer that trusts these authorities, in PEM format. Default: those of Node. */
export function secureContextOf(authorities?: readonly string[]): tls.SecureContext {
  const trusted = authorities === undefined ? {} : { ca: [...authorities] };
  return tls.createSecureContext({ ...trusted, minVersion: "TLSv1.2" });
}

/** Result of a TLS handshake, or the reason why it failed. */
export type Handshake =
  | { readonly protocol: string; readonly issuer: string; readonly validTo: Date }
  | { readonly problem: string };

/** Performs a TLS handshake without an HTTP request. Never rejects. */
export function performHandshake({ url, secureContext }: Target, limitMs: number): Promise<Handshake> {
  const host = hostOf(url);
  const name = isIP(host) === 0 ? { servername: host } : {};
  return new Promise((resolve) => {
    const socket = tls.connect({ host, port: portOf(url), ...name, secureContext });
    const end = (handshake: Handshake) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(handshake);
    };
    const timer = setTimeout(() => end({ problem: `no TLS handshake within ${limitMs / 1000} s` }), limitMs);
    socket.on("error", (error) => end({ problem: reason(error) }));
    socket.on("secureConnect", () => {
      const { issuer, valid_to } = socket.getPeerCertificate();
      const by = [issuer?.O ?? issuer?.CN].flat().join(", ");
      end({ protocol: socket.getProtocol() ?? "TLS", issuer: by, validTo: new Date(valid_to) });
    });
  });
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function portOf({ port, protocol }: URL): number {
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
