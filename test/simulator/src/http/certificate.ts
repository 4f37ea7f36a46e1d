import { randomBytes } from "node:crypto";
import { isIP } from "node:net";

/** What a TLS server needs, and the certificate by which clients trust it. All PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

const DAY_MS = 86_400_000;

/** A certificate for these hosts and addresses, of an authority made for it alone, whose key is kept nowhere. */
export async function certificateFor(hosts: readonly string[]): Promise<Certificate> {
  // Loaded only where it is needed, because that takes longer than all the rest of the start.
  const { generate } = await import("selfsigned");
  const validity = { notBeforeDate: new Date(Date.now() - DAY_MS), notAfterDate: new Date(Date.now() + 30 * DAY_MS) };
  const common = { ...validity, keyType: "ec", algorithm: "sha256" } as const;
  // Clients look for an authority by its name, so two of them in one list of trusted ones need two names.
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
