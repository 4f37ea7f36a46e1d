export { completeHandshake, type Probe, parseProbe } from "./handshake";
export type { Settings } from "./settings";
export { type Delivery, verifySignature } from "./signature";
export { parseSignatureKeys, type SignatureKeys } from "./signature-keys";
