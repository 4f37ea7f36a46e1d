export type { Settings } from "../ens/settings";
export { completeHandshake, type Probe, parseProbe } from "./handshake";
export { type Delivery, verifySignature } from "./signature";
export { parseSignatureKeys, type SignatureKeys } from "./signature-keys";
