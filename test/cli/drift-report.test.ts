import { reportOf, reportText } from "../../provider/src/cli/drift-report";
import { type Planned, parsePreview } from "../../provider/src/cli/preview";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const has = (inputs: object, outputs: object = {}) => ({
  inputs: { __provider: "text", ...inputs },
  outputs: { ...inputs, ...outputs },
});

/** A resource of a kind with its inputs in the state, in ENS and in the program. */
function planned(op: string, kind: string, last?: object, live?: object, wanted?: object, outputs = {}): Planned {
  return {
    op,
    type: `pulumi-nodejs:dynamic/ens:${kind}`,
    name: "x",
    ...(last && { last: has(last) }),
    ...(live && { live: has(live, outputs) }),
    ...(wanted && { wanted: has(wanted) }),
  };
}
const rows = (resource: Planned) => reportOf([resource]).rows.map(([, ...rest]) => rest);

test("the state of the last run shows whether ENS or the program changed a property", () => {
  const was = { callbackName: "a", maxBatchSize: 500, url: "https://a.example.org" };
  const there = { ...was, callbackName: "b" };
  const asked = { ...was, maxBatchSize: 100 };
  expect(rows(planned("update", "Callback", was, there, asked))).toEqual([
    ["changed in ENS", "`callbackName`", '`"b"`', '`"a"`'],
    ["changed in the program", "`maxBatchSize`", "`500`", "`100`"],
  ]);
});

test("deleted, new and removed resources are reported, and the resources that depend on them", () => {
  const { status, ...sub } = { callbackId: "1", status: "active" };
  expect(rows(planned("create", "Callback", {}, undefined, {}))).toEqual([["deleted in ENS", "–", "–", "–"]]);
  expect(rows(planned("create", "Callback", undefined, undefined, {}))).toEqual([
    ["new in the program", "–", "–", "–"],
  ]);
  expect(rows(planned("delete", "Callback", {}, {}))).toEqual([["removed from the program", "–", "–", "–"]]);
  expect(rows(planned("same", "Callback", {}, {}, {}))).toEqual([]);
  expect(rows(planned("replace", "Subscription", sub, sub, { ...sub, callbackId: UNKNOWN, status }))).toEqual([
    ["depends on another resource, will be replaced", "`callbackId`", '`"1"`', "known after `up`"],
    ["changed in the program, will be replaced", "`status`", "–", '`"active"`'],
  ]);
});

test("lists show only different items, and a property that ENS does not store is no difference", () => {
  const live = { eventCategoryTypes: ["A.a", "B.b"], filters: [], statusReason: "theirs" };
  const wanted = { eventCategoryTypes: ["A.a", "C.c"], filters: ["k=v"], statusReason: "ours" };
  expect(rows(planned("update", "Subscription", live, live, wanted))).toEqual([
    ["changed in the program", "`eventCategoryTypes`", '`[…, "B.b"]`', '`[…, "C.c"]`'],
    ["changed in the program", "`filters`", "`[]`", '`["k=v"]`'],
  ]);
});

test("secrets are named and not shown, even if the state has them in plain text", () => {
  const hidden = { authUrl: "https://a.example.org", clientId: "[secret]", clientSecret: "[secret]" };
  expect(rows(planned("update", "AuthScheme", hidden, hidden, hidden))).toEqual([
    ["changed in the program", "`clientId` or `clientSecret`", "`[secret]`", "`[secret]`"],
  ]);
  const clear = { ...hidden, clientSecret: "in-clear" };
  const text = reportText(reportOf([planned("update", "AuthScheme", clear, clear, { ...clear, clientSecret: "new" })]));
  expect(text).toContain("| `clientSecret` | `[secret]` | `[secret]` |");
  expect(text).not.toContain("in-clear");
});

test("an unverified callback is a row if the next run continues its creation, and always a note", () => {
  const pending = planned("update", "Callback", {}, {}, {}, { status: "pending", statusReason: "none" });
  expect(rows(pending)).toEqual([["not verified yet", "`status`", '`"pending"`', '`"verified"`']]);
  const suspended = planned("same", "Callback", {}, {}, {}, { status: "suspended", statusReason: "too slow" });
  const { rows: none, notes } = reportOf([suspended]);
  expect({ none, notes }).toEqual({
    none: [],
    notes: ["Callback `x` has status `suspended`, `too slow`. ENS delivers to verified callbacks only."],
  });
  expect(reportOf([planned("same", "Callback", {}, {}, {}, { status: "VERIFIED" })]).notes).toEqual([]);
});

test("an update without a visible difference is reported", () => {
  expect(rows(planned("update", "Subscription", {}, {}, {}))).toEqual([
    ["not completed by the last run", "–", "–", "–"],
  ]);
});

test("other providers' resources are named in a note", () => {
  const bucket = { op: "update", type: "aws:s3/bucket:Bucket", name: "logs", live: has({}), wanted: has({ a: 1 }) };
  expect(reportOf([bucket, { ...bucket, op: "same" }])).toEqual({
    rows: [],
    notes: ["Resources of other providers differ too: `aws:s3/bucket:Bucket` `logs`."],
  });
});

test("the steps of a preview are combined, also with other output around the document and colons in names", () => {
  const urn = "urn:pulumi:dev::shop::my:Component$pulumi-nodejs:dynamic/ens:Callback::a::b";
  const steps = [
    { op: "refresh", urn: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev", oldState: {} },
    { op: "refresh", urn, oldState: has({ maxBatchSize: 1 }) },
    { op: "update", urn, oldState: has({ maxBatchSize: 2 }), newState: has({ maxBatchSize: 3 }) },
    { op: "delete-replaced", urn },
  ];
  const diagnostics = [
    { severity: "warning", message: "warning: look\n" },
    { severity: "info", message: "hello" },
  ];
  const printed = `Downloading {…}\n${JSON.stringify({ steps, diagnostics }, null, 4)}\nerror: changes\n`;
  const size = (maxBatchSize: number) => has({ maxBatchSize });
  expect(parsePreview(printed)).toEqual({
    stack: "dev",
    resources: [
      {
        op: "update",
        type: "pulumi-nodejs:dynamic/ens:Callback",
        name: "a::b",
        last: size(1),
        live: size(2),
        wanted: size(3),
      },
    ],
    diagnostics: [{ severity: "warning", message: "look" }],
  });
  expect(parsePreview("error: no stack\n")).toEqual({ resources: [], diagnostics: [] });
});
