import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changes, type Ran } from "../support/engine";
import { type Postgres, startPostgres } from "../support/postgres";
import { fetchedServer, installedServer } from "../support/postgres-server";
import { CREDENTIALS, shop, startWorld, type World } from "../support/world";

/** A place for the state of a stack. */
interface Backend {
  readonly url: string;
  /** Returns the whole content. */
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

  /** Starts a run that waits for a callback that nobody verifies. */
  async function startWaiting(): Promise<{ readonly ended: Promise<Ran> }> {
    world.receiver.verifies = false;
    const probed = new Promise<void>((done) => {
      world.receiver.beforeProbeAnswer = async () => done();
    });
    const ended = world.stack.pulumi("up");
    await Promise.race([probed, ended]);
    world.receiver.verifies = true;
    return { ended };
  }

  test("of two runs at once, one waits for its receiver, and the other one fails without a change", async () => {
    world.stack.program(shop());
    const { ended } = await startWaiting();
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

  test("the state is complete: a run has nothing to do, nothing has drifted, and no secret is readable", async () => {
    expect(changes(await world.stack.ok("up"))).toEqual([]);
    await world.stack.ok("preview", "--refresh", "--expect-no-changes");
    const { callbacks } = await world.simulator.admin.state();
    const content = await backend.content();
    expect(content).toContain(callbacks[0]?.callbackId);
    for (const secret of [callbacks[0]?.signatureKey ?? "", CREDENTIALS.clientSecret, "sim-secret"]) {
      expect(content).not.toContain(secret);
    }
  });

  test("a killed run leaves its lock, 'pulumi cancel' removes the lock, and the next run continues", async () => {
    world.stack.program(`${shop()}
      new ens.Callback("late", { url: "https://hooks.example.org/late" });`);
    const { ended } = await startWaiting();
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

test("npm provides a PostgreSQL server on a machine without one", async () => {
  const server = await startPostgres(await fetchedServer());
  expect(await server.select("SELECT version()")).toContain("PostgreSQL 18");
  await server.close();
});
