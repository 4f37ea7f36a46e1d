import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { graph } from "../../provider/src/cli/graph/index";
import { layoutOf } from "../../provider/src/cli/graph/layout";
import { mermaidOf } from "../../provider/src/cli/graph/mermaid";
import { graphOf } from "../../provider/src/cli/graph/model";
import { svgOf } from "../../provider/src/cli/graph/svg";
import { CLIENT_SECRET, environmentOf, fillUnit, runCommand, secretsOf } from "../support/cli";
import { AWKWARD } from "../support/found";
import { parseXml } from "../support/xml";

let simulator: Simulator;
let folder: string;
beforeEach(async () => {
  simulator = await startSimulator({ clientSecret: CLIENT_SECRET });
  folder = mkdtempSync(join(tmpdir(), "graph-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await simulator.close();
});
const draws = (...args: string[]) => runCommand(graph, args, environmentOf(simulator));

function unitOf(names: readonly string[]) {
  return names.map((name, at) => ({
    callback: {
      callbackId: `${at}`,
      callbackName: name,
      url: "https://hooks.example.org/path-marker",
      status: name,
      ...(at % 2 ? { authId: name } : {}),
    },
    subscriptions: [
      {
        subscriptionId: "s",
        subscriptionName: name,
        callbackId: `${at}`,
        eventCategoryTypes: [],
        filters: [],
        status: name,
      },
    ],
  }));
}

test.each<[string[], string]>([
  [["--format", "png"], "--format must be mermaid or svg"],
  [["--json", "--out", "x"], "--json writes to stdout. Give either --json or --out."],
])("%j is rejected without a request to ENS", async (args, message) => {
  const ran = await draws(...args);
  expect(ran).toMatchObject({ code: 2, printed: "" });
  expect(ran.noted).toContain(message);
  expect(await simulator.admin.journal()).toEqual([]);
});

test("a file that cannot be written is reported", async () => {
  expect(await draws("--out", "/nowhere/graph.svg")).toMatchObject({
    code: 2,
    noted: expect.stringContaining("cannot write the file that --out names"),
  });
});

test("an empty business unit has an empty graph", async () => {
  expect((await draws()).printed).toContain('empty["no callbacks"]');
  expect((await draws("--format", "svg")).printed).toContain("0 auth schemes, 0 callbacks, 0 subscriptions");
});

test("Mermaid has a node for each object, an edge for each relation, and the color of each status", async () => {
  await fillUnit(simulator);
  const { printed } = await draws();
  const lines = printed
    .trim()
    .split("\n")
    .map((line) => line.trim());
  expect(lines[0]).toBe("flowchart LR");
  expect(lines.filter((line) => line.includes(" --> "))).toHaveLength(54 + 15);
  expect(lines.filter((line) => line.includes('["'))).toHaveLength(2 + 30 + 54);
  expect(lines).toContain('c0["shop-00<br/>hooks0.example.org, verified"]:::good');
  expect(lines.filter((line) => /^c\d+\[.*suspended"\]:::bad$/.test(line))).toHaveLength(3);
  expect(lines.filter((line) => /^c\d+s\d+\[.*gets no events"\]:::(bad|waiting)$/.test(line))).toHaveLength(12);
  expect(printed).not.toContain("path-marker");
});

test("the SVG is valid XML with all names for light and dark pages, and contains no secret", async () => {
  await fillUnit(simulator);
  const out = join(folder, "graph.svg");
  const ran = await draws("--format", "svg", "--out", out);
  expect(ran).toMatchObject({ code: 0, printed: "", noted: `ens: wrote ${out}\n` });
  const text = readFileSync(out, "utf8");
  expect(parseXml(text)).toBeDefined();
  expect(text).toContain("prefers-color-scheme: dark");
  for (let at = 0; at < 30; at += 1) expect(text).toContain(`>shop-${String(at).padStart(2, "0")}</text>`);
  expect(text).toContain("2 auth schemes, 30 callbacks, 54 subscriptions");
  for (const secret of [...(await secretsOf(simulator)), "path-marker"]) expect(text).not.toContain(secret);
});

test("no two boxes overlap, all lines lead to the right, and lines of auth schemes do not cross", () => {
  const random = fc.array(fc.tuple(fc.nat(3), fc.nat(6)), { maxLength: 30 });
  fc.assert(
    fc.property(random, (callbacks) => {
      const unit = callbacks.map(([scheme, count], at) => ({
        callback: {
          callbackId: `${at}`,
          callbackName: `c${at}`,
          url: "https://a.example.org/",
          ...(scheme ? { authId: `s${scheme}` } : {}),
        },
        subscriptions: Array.from({ length: count }, (_, one) => ({
          subscriptionId: `${one}`,
          subscriptionName: "s",
          callbackId: `${at}`,
          eventCategoryTypes: [],
          filters: [],
          status: "active",
        })),
      }));
      const { boxes, lines, width, height } = layoutOf(graphOf(unit), 0);
      for (const [at, one] of boxes.entries()) {
        expect(one.x + one.width <= width && one.y + one.height <= height && one.y >= 0).toBe(true);
        for (const other of boxes.slice(at + 1)) {
          const apart = one.x !== other.x || Math.abs(one.y - other.y) >= one.height;
          expect(apart).toBe(true);
        }
      }
      expect(lines.every(({ from, to }) => from.x + from.width < to.x)).toBe(true);
      for (const one of lines) {
        for (const other of lines.filter(({ from }) => from.x === one.from.x)) {
          expect((one.from.y - other.from.y) * (one.to.y - other.to.y)).toBeGreaterThanOrEqual(0);
        }
      }
    }),
    { seed: 1 },
  );
});

test("names cannot act as syntax in either format", () => {
  const nasty = [
    ...AWKWARD,
    '"]:::bad',
    "end",
    "1. list",
    "- list",
    "a --> b",
    "</text><script>x</script>",
    "&amp;",
    "%%{init}%%",
    "x".repeat(300),
  ];
  const drawn = graphOf(unitOf(nasty));
  const svg = svgOf(drawn);
  expect(parseXml(svg)).toBeDefined();
  expect(svg).not.toMatch(/<script|path-marker/);
  for (const line of mermaidOf(drawn).split("\n")) {
    expect(line).toMatch(
      /^flowchart LR$|^ {2}(classDef |[sc]\d+(s\d+)?\["[^"\]<>&;{}%]*(#\d+;[^"\]<>&;{}%]*)*<br\/>[^"\]<>&{}%]*"\]:::(good|waiting|bad)$|[sc]\d+ --> c\d+(s\d+)?$)/,
    );
    expect(line).not.toContain("path-marker");
  }
});

test("the JSON document has the boxes as data", async () => {
  await fillUnit(simulator, 4);
  const document = (await draws("--json")).document<{ schemes: object[]; callbacks: { tone: string }[] }>();
  expect(document.schemes).toHaveLength(2);
  expect(document.callbacks.map(({ tone }) => tone)).toEqual(["good", "good", "good", "waiting"]);
  expect(existsSync(join(folder, "graph.svg"))).toBe(false);
});
