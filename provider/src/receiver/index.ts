export type { Access as Settings } from "../ens/access";
export type { Probe } from "../ens/routes";
export { completeHandshake, parseProbe } from "./handshake";
export { type Delivery, verifySignature } from "./signature";
export { parseSignatureKeys, type SignatureKeys } from "./signature-keys";
