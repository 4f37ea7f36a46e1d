import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULT_KINDS, QUESTIONS, startSimulator } from "pulumi-ens-simulator";
import { FLAGS, help, parseFlags } from "../simulator/src/cli/flags";
import { settings } from "../simulator/src/cli/settings";
import { UsageError } from "../simulator/src/cli/usage-error";

const options = (args: string[], env: NodeJS.ProcessEnv = {}) => settings(parseFlags(args, env), env);

test("the help names every flag, switch and kind of fault with its meaning", () => {
  const text = help();
  for (const [name, flag] of Object.entries(FLAGS))
    expect(text).toMatch(new RegExp(`--${name} .*${escaped(flag.text)}`));
  for (const [name, { meaning }] of Object.entries(QUESTIONS)) {
    expect(text).toMatch(new RegExp(`  ${name} .*\n *${escaped(meaning)}`));
  }
  for (const [kind, { meaning }] of Object.entries(FAULT_KINDS)) {
    expect(text).toMatch(new RegExp(`  ${kind} *${escaped(meaning)}`));
  }
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

test("without flags the simulator listens on the port that the help states, and injects no faults", () => {
  expect(options([])).toEqual({ port: 4010, connectTo: {}, switches: {}, tls: false, faults: { rate: 0 } });
});

test("each flag is an option", () => {
  const args = [
    ...["--port", "0", "--client-id", "me", "--account-id", "5", "--clock", "frozen", "--state", "s.json"],
    ...["--connect-to", "a.example.org=127.0.0.1:1", "--connect-to=b.example.org=http://127.0.0.1:2"],
    ...["--switch", "reverify=200", "--switch=retryIntervals=0,0,0", "--tls", "--tls-host", "ens.example.org"],
    ...["--lag", "subscriptions=120", "--lag=authentications=300"],
    ...["--fault-rate", "0.25", "--fault-kind", "reset", "--fault-kind", "html", "--fault-seed", "7"],
  ];
  expect(options(args)).toEqual({
    port: 0,
    clientId: "me",
    accountId: 5,
    clock: "frozen",
    state: "s.json",
    connectTo: { "a.example.org": "127.0.0.1:1", "b.example.org": "http://127.0.0.1:2" },
    switches: { reverify: "200", retryIntervals: "0,0,0" },
    lag: { subscriptions: 120, authentications: 300 },
    tls: { hosts: ["ens.example.org"] },
    faults: { rate: 0.25, kinds: ["reset", "html"], seed: 7 },
  });
});

test("environment variables set the same options, and a flag overrides them", () => {
  const env = {
    ENS_SIMULATOR_PORT: "1",
    ENS_SIMULATOR_CONNECT_TO: "a.example.org=127.0.0.1:1 b.example.org=127.0.0.1:2",
    ENS_SIMULATOR_FAULT_RATE: "1",
    ENS_SIMULATOR_SWITCH_READ_LAG: "5",
    ENS_SIMULATOR_SWITCH_REVERIFY: "304",
    ENS_SIMULATOR_CLIENT_SECRET: "hidden",
  };
  expect(options(["--port", "2", "--switch", "reverify=400"], env)).toMatchObject({
    port: 2,
    clientSecret: "hidden",
    connectTo: { "a.example.org": "127.0.0.1:1", "b.example.org": "127.0.0.1:2" },
    switches: { readLag: "5", reverify: "400" },
    faults: { rate: 1 },
  });
});

test("every switch can be set to each of its values by a variable", async () => {
  const shouted = (name: string) => `ENS_SIMULATOR_SWITCH_${name.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const others = "choices" in question ? question.choices : "others" in question ? question.others : [];
    for (const other of others) {
      const simulator = await startSimulator({ ...options([], { [shouted(name)]: String(other) }), port: 0 });
      try {
        expect(await simulator.admin.switches({})).toMatchObject({ [name]: other });
      } finally {
        await simulator.close();
      }
    }
  }
});

test("a secret is read from a file or the environment, never from the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "cli-test-"));
  try {
    writeFileSync(join(folder, "secret"), "from-file\n");
    const file = ["--client-secret-file", join(folder, "secret")];
    expect(options(file, { ENS_SIMULATOR_CLIENT_SECRET: "from-environment" }).clientSecret).toBe("from-file");
    for (const args of [["--client-secret", "x"], ["--client-secret=x"]]) {
      expect(() => options(args)).toThrow(
        /can read a secret on the command line\. Use --client-secret-file or ENS_SIMULATOR_CLIENT_SECRET\./,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  [["--prot", "1"], {}, /^There is no option --prot\. Run it with --help to see all options\.$/],
  [["-p", "1"], {}, /^There is no option -p\./],
  [["--constructor"], {}, /^There is no option --constructor\./],
  [["4010"], {}, /^Unexpected argument "4010": only options are accepted\./],
  [["--", "--port", "1"], {}, /^Unexpected argument "--port": only options are accepted\./],
  [["--port"], {}, /^--port needs a value: --port N\.$/],
  [["--port="], {}, /^--port needs a value: --port N\.$/],
  [["--state", "--json"], {}, /^--state needs a value: --state FILE\.$/],
  [["--tls=yes"], {}, /^--tls does not accept a value\./],
  [["--port", "70000"], {}, /^--port must be a number up to 65535, not 70000\.$/],
  [["--lag", "subscriptions"], {}, /^--lag must have the form OBJECTS=SECONDS, not subscriptions\.$/],
  [["--lag", "subscriptions=700"], {}, /^--lag: a lag must be 0 to 600 seconds, not 700/],
  [["--switch", "nothing=1"], {}, /^--switch: there is no switch nothing\. The switches are/],
  [["--switch", "reverify=500"], {}, /^--switch: switch reverify cannot be "500"\. Its values are 404 \| 200/],
  [["--fault-kind", "sloww"], {}, /^--fault-kind cannot be sloww\. The kinds are answer-lost, reset, /],
  [["--port", "x"], {}, /--port must be a whole number, not x/],
  [["--fault-rate", "2"], {}, /--fault-rate must be a number from 0 to 1, not 2/],
  [["--clock", "slow"], {}, /--clock must be real or frozen, not slow/],
  [["--switch", "reverify"], {}, /--switch must have the form NAME=VALUE, not reverify/],
  [
    [],
    { ENS_SIMULATOR_SWITCH_READLAG: "1" },
    /There is no variable ENS_SIMULATOR_SWITCH_READLAG\. The switch variables are .*_READ_LAG/,
  ],
])("%j with %j is wrong usage, and the message says what is allowed", (args, env, reason) => {
  expect(() => options(args, env)).toThrow(UsageError);
  expect(() => options(args, env)).toThrow(reason);
});

test.each([
  ["a.example.org=127.0.0.1:1", { "a.example.org": "127.0.0.1:1" }],
  ["A.Example.org=localhost:65535", { "a.example.org": "localhost:65535" }],
  ["localhost=[::1]:9000", { localhost: "[::1]:9000" }],
  ["a.example.org=https://[::1]:9000", { "a.example.org": "https://[::1]:9000" }],
])("--connect-to accepts %s", (text, connectTo) => {
  expect(options(["--connect-to", text]).connectTo).toEqual(connectTo);
});

test.each([
  ["hooks.example.org:127.0.0.1:9000", "must have the form HOST=ADDRESS, for example hooks.example.org=127.0.0.1:9000"],
  ["=127.0.0.1:9000", "must have the form HOST=ADDRESS"],
  ...["https://a.example.org", "a.example.org:443", "a.example.org/ens", "*.example.org", "a..b", "a b", "a@b"].map(
    (host) => [`${host}=127.0.0.1:9000`, `HOST must be a host name without scheme, port or path, .*, not "${host}"`],
  ),
  ...["", "9000", "127.0.0.1", "127.0.0.1:", ":9000", "127.0.0.1:0", "127.0.0.1:65536", "::1:9000", "[zz]:9000"]
    .concat(["127.0.0.1:9000/ens", "http://127.0.0.1:9000/", "ftp://127.0.0.1:9000", "http://127.0.0.1", "999.0.0.1:1"])
    .map((address) => [`a.example.org=${address}`, `ADDRESS must be host:port .*, not "${address}"`]),
])("--connect-to rejects %s in one sentence", (text, reason = "") => {
  const start = () => options([`--connect-to=${text}`]);
  expect(start).toThrow(UsageError);
  expect(start).toThrow(new RegExp(`^--connect-to:? ${escaped(reason).replaceAll("\\.\\*", ".*")}.*\\.$`));
});

test("the message about an unusable file names the option and the file, and quotes nothing of its content", () => {
  const folder = mkdtempSync(join(tmpdir(), "cli-test-"));
  try {
    const file = join(folder, "packages.json");
    expect(() => options(["--packages-file", file])).toThrow(`--packages-file: ${file} cannot be read (ENOENT).`);
    writeFileSync(file, '[{ "clientSecret": marker }]');
    expect(() => options(["--packages-file", file])).toThrow(`--packages-file: ${file} is not valid JSON.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the options of a program are checked at the start too", async () => {
  const start = (given: object) => startSimulator(given as Parameters<typeof startSimulator>[0]);
  await expect(start({ switches: { nothing: 1 } })).rejects.toThrow(/there is no switch nothing\. The switches are/);
  await expect(start({ faults: { rate: 1, kinds: ["sloww"] } })).rejects.toThrow(/faults\.kinds\.0: .*"slow"/);
});

test("the message about a port in use says what to do", async () => {
  const simulator = await startSimulator();
  try {
    const port = Number(new URL(simulator.restUrl).port);
    await expect(startSimulator({ port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use. Stop the program that`,
    );
  } finally {
    await simulator.close();
  }
});
