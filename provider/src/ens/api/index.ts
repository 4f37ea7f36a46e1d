/** The routes of ENS, each as one typed function: what is sent, what comes back, and what is refused. */
export * from "./auth-schemes";
export * from "./callbacks";
export * from "./subscriptions";
export * from "./token-context";
