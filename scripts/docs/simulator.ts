import { code, table } from "./markdown.ts";

/** Exports of the simulator's package, from which parts of docs/simulator.md are generated. */
export type Simulator = typeof import("pulumi-ens-simulator");

export interface Behaviour {
  id: string;
  area: string;
  route: string;
  given: string;
  when: string;
  then: string;
  confidence: string;
  source: string;
  switch: { name: string } | null;
}

/** Returns the text between the markers of each name. */
export function sections(
  simulator: Pick<Simulator, "ADMIN_ROUTES" | "FAULT_KINDS" | "FLAGS" | "QUESTIONS" | "alternatives">,
  behaviours: Behaviour[],
) {
  const { ADMIN_ROUTES, FAULT_KINDS, FLAGS, QUESTIONS, alternatives } = simulator;
  const names = Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[];
  const areas = [...new Set(behaviours.map(({ area }) => area))];
  const confidences = ["documented", "observed", "assumed"];
  const count = (area: string | undefined, confidence: string) =>
    behaviours.filter((each) => (area ?? each.area) === each.area && each.confidence === confidence).length;
  return {
    flags: table(
      ["flag", "meaning"],
      Object.entries(FLAGS).map(([name, flag]) => [
        code(`--${name}${"value" in flag ? ` ${flag.value}` : ""}`),
        flag.text,
      ]),
    ),
    admin: table(
      ["route", "effect"],
      ADMIN_ROUTES.map(({ method, path, summary }) => [code(`${method} /_simulator/${path}`), summary]),
    ),
    faults: table(
      ["kind", "effect"],
      Object.entries(FAULT_KINDS).map(([kind, { meaning }]) => [code(kind), meaning]),
    ),
    switches: table(
      ["switch", "question", "values, default first", "meaning"],
      names.map((name) => [
        code(name),
        `#${QUESTIONS[name].question}`,
        code(alternatives(name)),
        QUESTIONS[name].meaning,
      ]),
    ),
    parity: table(
      ["area", ...confidences],
      [...areas, undefined].map((area) => [area ?? "all", ...confidences.map((confidence) => count(area, confidence))]),
    ),
  };
}

/** Returns the page of all behaviors. */
export function parityPage(behaviours: Behaviour[]) {
  const areas = [...new Set(behaviours.map(({ area }) => area))];
  const rows = (area: string) =>
    behaviours
      .filter((each) => each.area === area)
      .map((each) => [
        code(each.id),
        `${each.given === "-" ? "" : `${each.given}. `}${each.when} → ${each.then}`,
        each.confidence,
        each.source,
        each.switch === null ? "" : code(each.switch.name),
      ]);
  const head = ["behavior", "description", "certainty", "source", "switch"];
  return `# Behaviors of the simulator

Each row is a behavior of ENS that the simulator imitates and that a contract test with the same id checks.

- *Documented* behaviors are stated in Salesforce's documentation.
- *Observed* behaviors appear in public code or reports.
- *Assumed* behaviors have no source. A tenant may behave differently.

Where a question is open, a switch selects one of the other answers. \`npm run parity\` checks a tenant.

\`npm run docs\` generates this page from \`test/contract/behaviours.json\`.

${areas.map((area) => `## ${area}\n\n${table(head, rows(area))}`).join("\n\n")}
`;
}
