import { randomBytes } from "node:crypto";
import { isIP } from "node:net";

/** Key and certificate of a TLS server, and the authority that clients must trust. All in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const DAY_MS = 86_400_000;

/** Creates a certificate for hosts and IP addresses, signed by a new authority whose private key is not kept. */
export async function certificateFor(hosts: readonly string[]): Promise<Certificate> {
  // Loaded on demand, because loading takes longer than the rest of the start.
  const { generate } = await import("selfsigned");
  const validity = { notBeforeDate: new Date(Date.now() - DAY_MS), notAfterDate: new Date(Date.now() + 30 * DAY_MS) };
  const common = { ...validity, keyType: "ec", algorithm: "sha256" } as const;
  // Clients find an authority by its name, so two authorities in one trust list need different names.
  const name = `ENS simulator's own authority ${randomBytes(4).toString("hex")}`;
  const authority = await generate([{ name: "commonName", value: name }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: hosts[0] ?? "localhost" }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
  });
  return { key: server.private, cert: server.cert, ca: authority.cert };
}
