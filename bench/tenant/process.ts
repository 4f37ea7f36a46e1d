import { startSimulator } from "pulumi-ens-simulator";
import { startAdapter } from "./adapter.ts";
import { startReceiver } from "./receiver.ts";

// The process of ../tenant.ts. It answers messages one after the other, and ends when its parent ends.

const latency = Number(process.argv[2]) / 1000;
const MARK = "/before-the-first";

const receiver = await startReceiver();
const simulator = await startSimulator({
  connectTo: { "hooks.example.org": receiver.address },
  // The scheme's authorization server does not exist.
  switches: { callAuthUrl: "off" },
});
receiver.verifyAt(simulator);
const adapter = await startAdapter(simulator);
await slowDown();

const answers: Record<string, () => unknown> = {
  urls: () => ({ restUrl: simulator.restUrl, authUrl: simulator.authUrl, adapterUrl: adapter.url }),
  async empty() {
    await simulator.admin.reset();
    await slowDown();
  },
  async begin() {
    adapter.forgetToken();
    await simulator.admin.clearJournal();
    await fetch(`${simulator.restUrl}${MARK}`);
  },
  async counts() {
    const [first, ...entries] = await simulator.admin.journal();
    // The journal has a limit and drops the oldest requests.
    if (first?.path !== MARK) throw new Error("the simulator's journal is too short to count these requests");
    const others = entries.filter(({ request }) => request.headers["user-agent"] !== receiver.userAgent);
    const of = (client: string) => others.filter((entry) => entry.client === client).length;
    return { calls: of("rest"), tokens: of("auth") };
  },
  async objects() {
    const { callbacks, subscriptions, authentications } = await simulator.admin.state();
    const changed = subscriptions.filter(({ eventCategoryTypes: [type] }) => type?.endsWith(".EmailNotSent"));
    return {
      callbacks: callbacks.length,
      subscriptions: subscriptions.length,
      schemes: authentications.length,
      changed: changed.length,
    };
  },
};

process.on("message", async (what) => {
  try {
    process.send?.((await answers[String(what)]?.()) ?? {});
  } catch (error) {
    process.send?.({ failed: String(error) });
  }
});
// Ctrl-C in a terminal also reaches this process. The processes that still send requests to it must end first.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());

/** Delays each request, also a request for a token. */
async function slowDown() {
  if (latency > 0) await simulator.admin.faults([{ kind: "slow", seconds: latency, times: Number.MAX_SAFE_INTEGER }]);
}
