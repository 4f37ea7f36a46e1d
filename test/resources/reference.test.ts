import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runInNewContext } from "node:vm";
import { EVENT_TYPES } from "pulumi-ens-receiver/internal";
import { tables } from "../../provider/src/properties";
import { authScheme } from "../../provider/src/properties/auth-scheme";
import { callback } from "../../provider/src/properties/callback";
import { settings } from "../../provider/src/properties/settings";
import { subscription } from "../../provider/src/properties/subscription";
import type { Properties, Property, Type } from "../../provider/src/properties/types";
import { strategies } from "../../provider/src/properties/verification";
import { generatedFiles } from "../../scripts/docs/generated-files.ts";
import { hoverOver } from "../support/hover";

const ROOT = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Expressions for which an editor shows a description, and their properties. */
const TABLES: readonly [args: string, output: string | undefined, table: Properties][] = [
  ["authSchemeArgs", "scheme", authScheme],
  ["callbackArgs", "callback", callback],
  ["subscriptionArgs", "subscription", subscription],
  ["providerArgs", undefined, settings],
  ["sinkArgs", undefined, callback.signatureKeySink.type.properties],
  ...Object.entries(strategies).map(([name, table]): [string, undefined, Properties] => [
    `${name}Args`,
    undefined,
    table,
  ]),
];
const SETUP = `
declare const authSchemeArgs: ens.AuthSchemeArgs;
declare const callbackArgs: ens.CallbackArgs;
declare const subscriptionArgs: ens.SubscriptionArgs;
declare const providerArgs: ens.ProviderArgs;
declare const sinkArgs: ens.SignatureKeySinkArgs;
declare const receiverArgs: ens.ReceiverArgs;
declare const pullArgs: ens.PullArgs;
declare const fileArgs: ens.FileArgs;
declare const commandArgs: ens.CommandArgs;
declare const listenerArgs: ens.ListenerArgs;
declare const manualArgs: ens.ManualArgs;
declare const scheme: ens.AuthScheme;
declare const callback: ens.Callback;
declare const subscription: ens.Subscription;`;

const properties = TABLES.flatMap(([args, output, table]) =>
  Object.entries(table).flatMap(([name, property]): [string, Property][] => [
    ...(["required", "optional"].includes(property.input ?? "")
      ? [[`${args}.${name}`, property] as [string, Property]]
      : []),
    ...(output === undefined || property.output === false
      ? []
      : [[`${output}.${name}`, property] as [string, Property]]),
  ]),
);

/** What the description of a type must contain. */
function limitsOf(type: Type): string[] {
  if (type.is === "integer")
    return [type.least, type.most].flatMap((limit) => (limit === undefined ? [] : [`${limit}`]));
  if (type.is === "duration") return [`"${type.least}"`, `"${type.most}"`, "with its unit"];
  return type.is === "choice" ? type.words.map((word) => `\`${word}\``) : [];
}

test("an editor describes every argument and output with its unit, limits and default", () => {
  const hovers = hoverOver(
    join(ROOT, "provider/src/index"),
    SETUP,
    properties.map(([expression]) => expression),
  );
  const shown = properties.map(([expression, property], at) => ({ expression, property, ...hovers[at] }));
  expect(shown.length).toBeGreaterThan(100);
  for (const { expression, property, text = "", defaultText } of shown) {
    expect([expression, text]).toEqual([expression, expect.stringMatching(/^[A-Z`:].+\.$/s)]);
    if (property.secret) expect([expression, text]).toEqual([expression, expect.stringContaining("Secret.")]);
    const isNumber = property.type.is === "integer" && property.type.most === undefined;
    for (const limit of isNumber ? [] : limitsOf(property.type)) {
      expect([expression, text]).toEqual([expression, expect.stringContaining(limit)]);
    }
    const usual = property.default ?? property.absent;
    const told = defaultText === undefined ? undefined : (runInNewContext(`(${defaultText})`) as unknown);
    if (property.type.is === "variants") expect(told).toEqual({ strategy: property.type.usual, timeout: "5m" });
    else expect([expression, told]).toEqual([expression, usual]);
  }
});

test("reference pages, README tables and schemas are up to date (update them with npm run docs)", async () => {
  const files = generatedFiles(
    ROOT,
    { resources: tables, strategies, settings, eventTypes: EVENT_TYPES },
    read("README.md"),
  );
  expect(Object.keys(files).length).toBe(7);
  /** Removes the alignment of tables and the line breaks of JSON, which the formatter changes. */
  const plain = (text: string) =>
    text
      .replace(/-{3,}/g, "---")
      .replace(/[ \n]+/g, " ")
      .replace(/([[{]) | (?=[\]}])/g, "$1");
  for (const [path, text] of Object.entries(files)) expect([path, plain(read(path))]).toEqual([path, plain(text)]);
});
