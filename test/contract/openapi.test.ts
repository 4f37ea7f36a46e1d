import { ROUTES, type Simulator, startSimulator } from "pulumi-ens-simulator";

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

async function validate(document: Record<string, unknown>) {
  const { Validator } = await import("@seriousme/openapi-schema-validator");
  return new Validator().validate(document);
}

type Operation = Record<string, unknown> & { readonly security: object[]; readonly responses: object };
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly [field: string]: unknown;
}
const served = async () => (await (await fetch(`${simulator.adminUrl}/openapi.json`)).json()) as Document;

test("the document is valid OpenAPI 3.1", async () => {
  const document = await served();
  const { valid, errors } = await validate(document);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(document.openapi).toBe("3.1.0");
});

test("the validator detects errors", async () => {
  const document = await served();
  const broken = { ...document, paths: { "/x": { get: { responses: { 200: {} } } } } };
  expect((await validate(broken)).valid).toBe(false);
});

test("the document has each route of ENS with its permission, and each route of the admin API", async () => {
  const { paths } = await served();
  for (const { method, path, scope } of ROUTES) {
    const operation = paths[`/platform/v1/${path}`]?.[method.toLowerCase()];
    expect(operation?.security).toEqual([{ token: scope === undefined ? [] : [scope] }]);
  }
  const admin = Object.keys(paths).filter((path) => path.startsWith("/_simulator/"));
  const answers = await fetch(`${simulator.adminUrl}/nothing`);
  const { message } = (await answers.json()) as { message: string };
  for (const path of admin) expect(message).toContain(path.replace("/_simulator/", ""));
  expect(admin).toContain("/_simulator/journal");
});

test("operation ids are unique", async () => {
  const names = Object.values((await served()).paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);
});
