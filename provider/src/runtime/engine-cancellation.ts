import { subscribe } from "node:diagnostics_channel";

/** Node publishes each stream of each HTTP/2 server of the process here. */
const STREAMS = "http2.server.stream.start";
const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Runs `cancel` when the engine cancels the run, for example after the first Ctrl-C. The engine then sends a `Cancel` request
 * to every provider process, and the dynamic-provider process of `@pulumi/pulumi` responds to the request without passing
 * it on. The request is visible in Node's diagnostics channel. A Node version without that channel never runs `cancel`.
 */
export function onEngineCancellation(cancel: () => void): void {
  subscribe(STREAMS, (message) => {
    const { headers } = message as { readonly headers?: Readonly<Record<string, unknown>> };
    if (headers?.[":path"] === CANCEL) cancel();
  });
}
