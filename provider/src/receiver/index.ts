export type { Settings } from "../ens/settings";
export { completeHandshake, type Probe, parseProbe } from "./handshake";
export { verifySignature } from "./signature";
