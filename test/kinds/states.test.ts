import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { provider } from "pulumi-ens/runtime";
import { type Recording, recordings } from "../support/recorded";

// What earlier versions left in states means the same to today's code. In test/engine, the CLI does all of it.

const { version: today } = JSON.parse(readFileSync(resolve(__dirname, "../../provider/package.json"), "utf8"));

test("there is a recorded state of this version", () => {
  const recorded = recordings().some(({ version }) => version === today);
  expect(recorded ? [] : [`there is no test/states/${today}: npm run record-state`]).toEqual([]);
});

describe.each(recordings())("a stack of $version", (recording: Recording) => {
  const resources = recording.resources();
  const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);

  test("has one of everything", () => {
    const types = resources.map(({ type }) => type.slice(type.indexOf(":", 20) + 1));
    expect(new Set(types)).toEqual(new Set(["AuthScheme", "Callback", "Subscription"]));
    expect(resources.filter(({ initErrors }) => initErrors !== undefined)).toHaveLength(1);
  });

  test.each(resources.map((resource) => [nameOf(resource.urn), resource] as const))("%s", async (_, resource) => {
    const { id, type, inputs, outputs, initErrors = [] } = resource;
    const kind = provider(type.slice(type.lastIndexOf(":") + 1));
    const checked = await kind.check(inputs, inputs);
    expect(checked.failures).toEqual([]);
    const same = { changes: initErrors.length > 0, replaces: [], deleteBeforeReplace: false };
    expect(await kind.diff(id, outputs, checked.inputs)).toEqual(same);
    // A state that a newer version wrote.
    expect(await kind.diff(id, { ...outputs, inventedLater: { at: "some time" } }, checked.inputs)).toEqual(same);
  });
});
