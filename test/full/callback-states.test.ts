import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { changes, type Ran } from "../support/engine";
import { startWorld, type World } from "../support/world";

// The table in docs/verification.md, row by row: the effect of each command on a callback in that state.

const ROWS = rowsOf(readFileSync(resolve(__dirname, "../../docs/verification.md"), "utf8"));
const url = "https://hooks.example.org/orders";
const EXPIRED = "2020-01-01T00:00:00.000Z";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world?.close());

const readCallback = async () => (await world.simulator.admin.state()).callbacks[0];
const program = (more = "") => world.stack.program(`new ens.Callback("orders", { url: "${url}", ${more} });`);
const hasty = 'verification: { timeout: "1s" }';

async function create(more = ""): Promise<void> {
  program(more);
  await world.stack.ok("up");
}

/** Runs the program while nobody verifies the callback. The callback exists after the failed run. */
async function runUnverified(): Promise<void> {
  world.receiver.verifies = false;
  program(hasty);
  expect((await world.stack.pulumi("up")).code).not.toBe(0);
}

/** Creates a callback that is in ENS and not in the state. */
async function createAndForget(): Promise<void> {
  await create();
  const { urn } = (await world.stack.stored()).resources[0] ?? {};
  await world.stack.ok("state", "delete", String(urn), "--yes", "--stack", "dev");
}

/** Sets the time of creation so far back that no rule for new objects applies. */
const setOld = () => world.stack.edit((state) => state.replaceAll(/("createdAt": )"[^"]*"/g, `$1"${EXPIRED}"`));

/** Brings a callback into each state. */
const STATES: Record<string, () => Promise<void>> = {
  verified: () => create(),
  "not verified yet": runUnverified,
  "verified after the run had failed": async () => {
    await runUnverified();
    await world.receiver.verifyNow();
  },
  "not verified, with its verification key lost": async () => {
    await runUnverified();
    await setOld();
    await world.stack.ok("refresh");
    world.receiver.verifies = true;
  },
  "not verified, with the strategy `none`": () => create('verification: { strategy: "none" }'),
  "verified once, now with another status": async () => {
    await create();
    await world.simulator.admin.patch("callbacks", (await readCallback())?.callbackId ?? "", { status: "suspended" });
  },
  "adopted with its existing signature key": async () => {
    await createAndForget();
    world.stack.program(`new ens.Callback("orders", { url: "${url}", callbackName: "Orders", adopt: "always" });`);
    await world.stack.ok("up");
  },
  "pending, after an interrupted run": async () => {
    world.receiver.verifies = false;
    program("");
    const ended = world.stack.pulumi("up");
    while ((await readCallback()) === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    world.stack.kill();
    await ended;
    await world.stack.ok("cancel", "--yes", "--stack", "dev");
    world.receiver.verifies = true;
  },
  "finished, but not in the state": createAndForget,
  "deleted in ENS": async () => {
    await create();
    await setOld();
    await world.simulator.admin.remove("callbacks", (await readCallback())?.callbackId ?? "");
  },
};

/** Describes the run in the words of the table. */
function describeRun(ran: Ran): string {
  const did = changes(ran).map((step) => step.split(" ")[0]);
  const said = did.includes("create-replacement")
    ? "replace, delete first"
    : did.length === 0
      ? "nothing"
      : did.join(", ");
  return ran.code === 0 ? said : `${said}, fails`;
}

test.each(Object.keys(STATES))("%s", async (state) => {
  await STATES[state]?.();
  const before = await readCallback();
  const preview = describeRun(await world.stack.pulumi("preview"));
  const refreshed = describeRun(await world.stack.pulumi("preview", "--refresh"));
  const up = describeRun(await world.stack.pulumi("up"));
  const after = await readCallback();
  const id = after === undefined ? "none" : after.callbackId === before?.callbackId ? "kept" : "new";
  expect({ state, preview, refreshed, up, id }).toEqual(ROWS.get(state));
  if (up.endsWith("fails") && after?.status === "verified") {
    await world.simulator.admin.remove("callbacks", after.callbackId); // no resource has it
  }
  await world.stack.ok("destroy");
  expect(await readCallback()).toBeUndefined();
});

test("the table has these rows and no others", () => {
  expect([...ROWS.keys()].sort()).toEqual(Object.keys(STATES).sort());
});

function rowsOf(markdown: string) {
  const lines = markdown
    .split("\n")
    .filter((line) => /^\| (?!-|a callback)/.test(line) && line.split("|").length === 7);
  return new Map(
    lines.map((line) => {
      const [state = "", preview, refreshed, up, id] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [state, { state, preview, refreshed, up, id }] as const;
    }),
  );
}
