import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changes, type Ran } from "../support/engine";
import { type Postgres, startPostgres } from "../support/postgres";
import { fetchedServer, installedServer } from "../support/postgres-server";
import { CREDENTIALS, shop, startWorld, type World } from "../support/world";

/** Where a stack's state is kept. */
interface Backend {
  readonly url: string;
  /** All that is stored. */
  content(): Promise<string>;
  close(): Promise<void> | void;
}

async function postgres(): Promise<Backend> {
  const server: Postgres = await startPostgres(installedServer() ?? (await fetchedServer()));
  // The CLI's own table: JSON with each file of the state in base64.
  const decoded = "convert_from(decode(data->>'data', 'base64'), 'UTF8')";
  const content = () => server.select(`SELECT key, ${decoded} FROM pulumi_state`);
  return { url: server.url, content, close: server.close };
}

function files(): Backend {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  const content = async () => {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    return all.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join("\n");
  };
  return { url: `file://${folder}`, content, close: () => rmSync(folder, { recursive: true, force: true }) };
}

describe.each<{ name: string; start: () => Backend | Promise<Backend> }>([
  { name: "PostgreSQL", start: postgres },
  { name: "local files", start: files },
])("state in $name", ({ start }) => {
  let backend: Backend;
  let world: World;
  beforeAll(async () => {
    backend = await start();
    world = await startWorld({}, { PULUMI_BACKEND_URL: backend.url });
  });
  afterAll(async () => {
    await world?.close();
    await backend?.close();
  });

  const LOCKED = /the stack is currently locked by 1 lock\(s\)/;

  /** A run that has got to a callback which nobody verifies, and stays there. */
  async function waiting(): Promise<{ readonly ended: Promise<Ran> }> {
    world.receiver.verifies = false;
    const probed = new Promise<void>((done) => {
      world.receiver.beforeProbeAnswer = async () => done();
    });
    const ended = world.stack.pulumi("up");
    await Promise.race([probed, ended]);
    world.receiver.verifies = true;
    return { ended };
  }

  test("of two runs at once one waits for its receiver, and the other is refused and changes nothing", async () => {
    world.stack.program(shop());
    const { ended } = await waiting();
    const second = await world.stack.pulumi("up");
    expect(second.code).not.toBe(0);
    expect(second.output).toMatch(LOCKED);
    expect(second.steps).toEqual([]);
    await world.receiver.verifyNow();
    const first = await ended;
    expect(first.code).toBe(0);
    expect(changes(first)).toEqual(["create idp", "create orders", "create sent"]);
    const { callbacks, subscriptions, authentications } = await world.simulator.admin.state();
    expect([callbacks.length, subscriptions.length, authentications.length]).toEqual([1, 1, 1]);
  });

  test("the state is whole: nothing to do, nothing drifted, no secret to read", async () => {
    expect(changes(await world.stack.ok("up"))).toEqual([]);
    await world.stack.ok("preview", "--refresh", "--expect-no-changes");
    const { callbacks } = await world.simulator.admin.state();
    const content = await backend.content();
    expect(content).toContain(callbacks[0]?.callbackId);
    for (const secret of [callbacks[0]?.signatureKey ?? "", CREDENTIALS.clientSecret, "sim-secret"]) {
      expect(content).not.toContain(secret);
    }
  });

  test("a killed run leaves its lock; 'pulumi cancel' frees it, and the next run goes on", async () => {
    world.stack.program(`${shop()}
      new ens.Callback("late", { url: "https://hooks.example.org/late" });`);
    const { ended } = await waiting();
    world.stack.kill();
    await ended;
    const refused = await world.stack.pulumi("up");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(LOCKED);
    await world.stack.ok("cancel", "--yes", "--stack", "dev");
    expect(changes(await world.stack.ok("up"))).toEqual(["create late"]);
    const { callbacks } = await world.simulator.admin.state();
    expect(callbacks).toMatchObject([{ status: "verified" }, { status: "verified" }]);
    await world.stack.ok("destroy");
    expect(await world.simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  });
});

test("without a server on the machine there is one from npm", async () => {
  const server = await startPostgres(await fetchedServer());
  expect(await server.select("SELECT version()")).toContain("PostgreSQL 18");
  await server.close();
});
