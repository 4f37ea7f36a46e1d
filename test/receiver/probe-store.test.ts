import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepProbesInFolder, keepProbesInMemory } from "pulumi-ens-receiver";

const callbackId = "11111111-2222-4333-8444-555555555555";
const probe = { callbackId, verificationKey: "Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=" };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "probes-"));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ["memory", () => keepProbesInMemory()],
  ["a folder that is not there yet", () => keepProbesInFolder(join(folder, "a/b"))],
])("a store in %s returns the last verification request of an id, in upper or lower case", async (_, makeStore) => {
  const store = makeStore();
  expect(await store.get(callbackId)).toBeUndefined();
  await store.put({ ...probe, verificationKey: "b2xk" });
  await store.put(probe);
  expect(await store.get(callbackId)).toEqual(probe);
  expect(await store.get("99999999-2222-4333-8444-555555555555")).toBeUndefined();
});

test("only the owner can read the file of a verification request, and no unfinished file is left", async () => {
  const store = keepProbesInFolder(folder);
  await store.put(probe);
  expect(await readdir(folder)).toEqual([`${callbackId}.json`]);
  const file = join(folder, `${callbackId}.json`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(probe);
});

test.each(["../../etc/passwd", "a/b", "", "11111111-2222-4333-8444-555555555555/../x", "."])(
  "the id %j of a probe chooses no path",
  async (id) => {
    const store = keepProbesInFolder(join(folder, "kept"));
    await expect(Promise.resolve(store.put({ ...probe, callbackId: id }))).rejects.toThrow("is not a GUID");
    expect(await store.get(id)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  },
);

test("memory keeps only the last thousand verification requests", async () => {
  const store = keepProbesInMemory();
  for (let at = 0; at <= 1000; at += 1) await store.put({ ...probe, callbackId: `c${at}` });
  expect(await store.get("c0")).toBeUndefined();
  expect(await store.get("c1")).toMatchObject({ callbackId: "c1" });
  expect(await store.get("c1000")).toMatchObject({ callbackId: "c1000" });
});

test("a damaged file of a verification request is reported without a part of its key", async () => {
  const store = keepProbesInFolder(folder);
  await store.put(probe);
  const [file = ""] = await readdir(folder);
  await writeFile(join(folder, file), probe.verificationKey);
  await expect(async () => store.get(callbackId)).rejects.toThrow(/^the file of callback \S+ is not valid JSON$/);
});
