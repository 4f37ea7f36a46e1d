/** One typed function for each route of ENS. */
export * from "./auth-schemes";
export * from "./callbacks";
export * from "./subscriptions";
export * from "./token-context";
