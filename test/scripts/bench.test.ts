import type { Measurement } from "../../bench/contestants/contestant.ts";
import { median } from "../../bench/median.ts";
import { type Options, readOptions } from "../../bench/options.ts";
import { changedAt, expectedSeconds, OPERATIONS, planned, secondsLeft, sizeOf, type Unit } from "../../bench/plan.ts";
import { chart } from "../../bench/report/chart.ts";
import { markdown } from "../../bench/report/markdown.ts";
import { summarize } from "../../bench/report/summary.ts";

const OPTIONS: Options = {
  sizes: [10, 100],
  repeat: 2,
  contestants: ["ours", "floor", "naive", "tofu"],
  checkpoints: [true, false],
  latency: 20,
  large: 5000,
  out: "bench/results",
};

describe("the options of the benchmark", () => {
  test("have defaults that are a whole round", async () => {
    expect(readOptions([])).toEqual({
      options: { ...OPTIONS, sizes: [10, 100, 1000], repeat: 3 },
      resume: undefined,
      report: undefined,
      docs: false,
      help: false,
    });
  });

  test("choose a part of it", async () => {
    const args = ["--sizes", "100,10", "--contestants", "floor,tofu", "--checkpoints", "off", "--large", "0"];
    expect(readOptions(args).options).toMatchObject({
      sizes: [10, 100],
      contestants: ["floor", "tofu"],
      checkpoints: [false],
      large: 0,
    });
  });

  test.each([
    ["--sizes", "10,many"],
    ["--sizes", "0"],
    ["--repeat", "1.5"],
    ["--latency", "-1"],
    ["--latency", " "],
    ["--contestants", "ours,theirs"],
    ["--checkpoints", "maybe"],
  ])("are refused by name: %s=%s", async (option, value) => {
    expect(() => readOptions([`${option}=${value}`])).toThrow(option);
  });
});

describe("the plan of a round", () => {
  const textOf = ({ contestant, subscriptions, checkpoints, repetition }: Unit) =>
    `${contestant} ${subscriptions} ${checkpoints} ${repetition}`;

  test("lets the contestants take turns, OpenTofu once for both modes, and ends with the large ones", async () => {
    expect(planned({ ...OPTIONS, sizes: [10] }).map(textOf)).toEqual([
      ...["ours 10 true 1", "floor 10 true 1", "naive 10 true 1", "tofu 10 null 1"],
      ...["ours 10 false 1", "floor 10 false 1", "naive 10 false 1"],
      ...["tofu 10 null 2", "naive 10 true 2", "floor 10 true 2", "ours 10 true 2"],
      ...["naive 10 false 2", "floor 10 false 2", "ours 10 false 2"],
      "ours 5000 false 1",
      "floor 5000 false 1",
    ]);
  });

  test("has OpenTofu also when one mode is left out, and no large ones of contestants that are", async () => {
    const options = { ...OPTIONS, sizes: [10], repeat: 1, checkpoints: [false] };
    expect(planned({ ...options, contestants: ["floor", "tofu"] }).map(textOf)).toEqual([
      "floor 10 false 1",
      "tofu 10 null 1",
      "floor 5000 false 1",
    ]);
  });

  test("has a callback for each 50 subscriptions, and changes one in a hundred, from the change on", async () => {
    expect(sizeOf(1000)).toEqual({ subscriptions: 1000, callbacks: 20, changed: 10, resources: 1021 });
    expect(sizeOf(10)).toEqual({ subscriptions: 10, callbacks: 1, changed: 1, resources: 12 });
    expect(OPERATIONS.map((operation) => changedAt(operation, sizeOf(1000)))).toEqual([0, 0, 0, 10, 10, 10]);
  });

  test("tells what is left by the pace of what is done", async () => {
    const unit: Unit = { contestant: "ours", subscriptions: 100, checkpoints: true, repetition: 1 };
    const others: Unit[] = [unit, { ...unit, contestant: "tofu", checkpoints: null }];
    const expected = others.reduce((sum, each) => sum + expectedSeconds(each), 0);
    expect(secondsLeft([], others)).toBeCloseTo(expected);
    expect(secondsLeft([{ unit, seconds: 3 * expectedSeconds(unit) }], others)).toBeCloseTo(3 * expected);
  });
});

const round = (measurements: Measurement[]) => ({
  started: "2026-01-02T03:04:05.678Z",
  machine: "2 × a processor, linux",
  versions: { "pulumi-ens": "0.2.0", commit: "abc1234" },
  options: OPTIONS,
  measurements,
});

/** All operations of a stack. */
async function life(unit: Partial<Unit>, seconds: number): Promise<Measurement[]> {
  return OPERATIONS.map((operation) => ({
    contestant: "ours",
    subscriptions: 100,
    checkpoints: true,
    repetition: 1,
    ...unit,
    operation,
    resources: 103,
    seconds,
    cpuSeconds: seconds / 2,
    peakBytes: 250e6,
    calls: 206,
    tokens: 1,
    ...(operation === "up" ? { stateBytes: 103 * 1670 } : {}),
  }));
}

describe("a summary", () => {
  const up = { subscriptions: 100, checkpoints: true, operation: "up" } as const;

  test("has the median of the ratios to the floor of the same repetition", async () => {
    const lives = await Promise.all([
      // Ratios 3, 1 and 2; the ratio of the medians would be 4 / 3.
      ...[3, 4, 12].map((seconds, at) => life({ repetition: at + 1 }, seconds)),
      ...[1, 4, 6].map((seconds, at) => life({ contestant: "floor", repetition: at + 1 }, seconds)),
    ]);
    const found = summarize(lives.flat(), { contestant: "ours", ...up });
    expect(found).toMatchObject({ seconds: 4, ratio: 2, cpuSeconds: 2, calls: 206, bytesPerResource: 1670 });
  });

  test("puts OpenTofu beside the floor of either mode", async () => {
    const lives = await Promise.all([
      life({ contestant: "tofu", checkpoints: null }, 6),
      life({ contestant: "floor", checkpoints: true }, 3),
      life({ contestant: "floor", checkpoints: false }, 2),
    ]);
    expect(summarize(lives.flat(), { contestant: "tofu", ...up })?.ratio).toBe(2);
    expect(summarize(lives.flat(), { contestant: "tofu", ...up, checkpoints: false })?.ratio).toBe(3);
  });

  test("has no ratio without a floor, and is nothing without a measurement", async () => {
    const own = await life({}, 3);
    expect(summarize(own, { contestant: "ours", ...up })).toMatchObject({ seconds: 3, ratio: undefined });
    expect(summarize(own, { contestant: "naive", ...up })).toBeUndefined();
    expect([median([5]), median([1, 4, 2, 100])]).toEqual([5, 3]);
    expect(() => median([])).toThrow("no median");
  });
});

describe("the tables", () => {
  test("show times with ratios, costs and growth, and what ran", async () => {
    const lives = await Promise.all([
      life({}, 6),
      life({ contestant: "floor" }, 4),
      life({ contestant: "tofu", checkpoints: null }, 2),
    ]);
    const text = markdown(round(lives.flat()));
    expect(text).toContain("Measured on 2026-01-02 with pulumi-ens 0.2.0, commit abc1234, on 2 × a processor, linux.");
    expect(text).toContain("### 100 subscriptions, checkpoints on\n\n103 resources; one run.");
    expect(text).not.toContain("100 subscriptions, checkpoints off");
    const cells = (cell: string) => Array(6).fill(cell).join(" | ");
    expect(text).toContain(`| pulumi-ens | ${cells("6.0 (1.50)")} |`);
    expect(text).toContain(`| floor | ${cells("4.0")} |`);
    expect(text).toContain(`| OpenTofu | ${cells("2.0 (0.50)")} |`);
    expect(text).not.toContain("first provider");
    expect(text).toContain("| pulumi-ens | 1.67 kB | 206 | 206 | 206 | 206 | 206 | 1 | 3.0 s | 3.0 s | 250 MB |");
    // One second of CPU more than the floor, on 103 resources; one run.
    expect(text).toContain("| 100 | on | 2.00 | 2.00 | 9.7 ms | 9.7 ms |");
  });

  test("leave a gap for what an interrupted run has not measured", async () => {
    const measurements = (await life({}, 6)).slice(0, 2);
    expect(markdown(round(measurements))).toContain("| pulumi-ens | 6.0 | 6.0 | – | – | – | – |");
    expect(markdown(round([]))).toContain("Measured on 2026-01-02");
  });
});

describe("the chart", () => {
  test("has a bar for each ratio: up from the floor when slower, down when faster", async () => {
    const lives = await Promise.all([life({}, 2), life({ contestant: "floor" }, 4), life({ contestant: "naive" }, 16)]);
    const text = chart(round(lives.flat()));
    const rectangles = (name: string) =>
      [
        ...text.matchAll(
          new RegExp(`<rect class="${name}" x="[\\d.]+" y="([\\d.]+)" width="30" height="([\\d.]+)"`, "g"),
        ),
      ].map(([, y, height]) => ({ top: Number(y), bottom: Number(y) + Number(height) }));
    const floor = Number(/<line class="floor"[^>]* y1="([\d.]+)"/.exec(text)?.[1]);
    const [ours, naive] = [rectangles("ours"), rectangles("naive")];
    expect([ours.length, naive.length, rectangles("tofu").length]).toEqual([6, 6, 0]);
    for (const { top } of ours) expect(top).toBeCloseTo(floor, 0);
    for (const { bottom } of naive) expect(bottom).toBeCloseTo(floor, 0);
    // Half the time is as far from the floor as double the time: a quarter of four times is half of it.
    const heightOf = (bar: { top: number; bottom: number } | undefined) => (bar?.bottom ?? 0) - (bar?.top ?? 0);
    expect(heightOf(naive[0]) / heightOf(ours[0])).toBeCloseTo(2, 1);
    expect(text).toContain("<title>first provider, destroy: 4.00 × the floor</title>");
  });

  test("shows the largest size of all contestants, not the single large run, and says so", async () => {
    const lives = await Promise.all(
      [100, 5000].flatMap((subscriptions) => [
        life({ subscriptions }, 2),
        life({ contestant: "floor", subscriptions }, 4),
      ]),
    );
    expect(chart(round(lives.flat()))).toContain("100 subscriptions: less is faster");
  });
});
