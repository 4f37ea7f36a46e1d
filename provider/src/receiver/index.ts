export type { Access as Settings } from "../ens/access";
export { completeHandshake, type Probe, parseProbe } from "./handshake";
export { type Delivery, verifySignature } from "./signature";
export { parseSignatureKeys, type SignatureKeys } from "./signature-keys";
