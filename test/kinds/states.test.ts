import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { provider } from "pulumi-ens/runtime";
import { type Recording, recordings } from "../support/recorded";

// The current code understands the states of earlier versions. test/full tests the same with the CLI.

const { version: today } = JSON.parse(readFileSync(resolve(__dirname, "../../provider/package.json"), "utf8"));

test("a recorded state of this version exists", () => {
  const recorded = recordings().some(({ version }) => version === today);
  expect(recorded ? [] : [`there is no test/states/${today}: npm run record-state`]).toEqual([]);
});

describe.each(recordings())("a stack of $version", (recording: Recording) => {
  const resources = recording.resources();
  const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);

  test("contains a resource of each kind", () => {
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
    // A state of a newer version.
    expect(await kind.diff(id, { ...outputs, inventedLater: { at: "some time" } }, checked.inputs)).toEqual(same);
  });
});
