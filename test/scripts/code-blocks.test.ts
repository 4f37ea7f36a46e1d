import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { parseAllDocuments } from "yaml";
import { trackedFiles } from "../support/tracked";

// The code blocks of all pages: TypeScript compiles, JavaScript, JSON and YAML parse, and bash accepts shell commands. Other tests run
// many of them.

const ROOT = resolve(__dirname, "../..");

interface CodeBlock {
  /** Page and line, for messages. */
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

const blocks = trackedFiles("*.md").flatMap(blocksIn);

/** Also the blocks in lists, without their indentation. */
function blocksIn(page: string): CodeBlock[] {
  const markdown = readFileSync(join(ROOT, page), "utf8");
  return [...markdown.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ index, 1: indent = "", 2: language = "", 3: text = "" }) => ({
      at: `${page}:${markdown.slice(0, index).split("\n").length}`,
      language,
      text: text.replace(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

const written = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));

/** The blocks for which a check throws, each with its message. */
function rejected(some: readonly CodeBlock[], check: (text: string, block: CodeBlock) => void): string[] {
  return some.flatMap((block) => {
    try {
      check(block.text, block);
      return [];
    } catch (error) {
      return [`${block.at}: ${error instanceof Error ? error.message : error}`];
    }
  });
}

test("each block has a language that is checked here, or none", () => {
  const languages = new Set(blocks.map(({ language }) => language));
  expect([...languages].sort()).toEqual(["", "console", "ini", "js", "json", "sh", "ts", "yaml"]);
});

test("bash accepts all shell commands", () => {
  expect(
    rejected(written("sh"), (input) => {
      // `<name>` stands for what a reader puts in its place.
      const replaced = input.replace(/<[a-z][\w,|. -]*>/gi, "name");
      execFileSync("bash", ["-n"], { input: replaced, stdio: ["pipe", "ignore", "pipe"] });
    }),
  ).toEqual([]);
});

test("all YAML parses", () => {
  expect(
    rejected(written("yaml"), (text) => {
      for (const { errors } of parseAllDocuments(text)) if (errors[0] !== undefined) throw errors[0];
    }),
  ).toEqual([]);
});

test("all JSON parses, except in requests and responses that are shown with their first line", () => {
  const whole = written("json").filter(({ text }) => !/^(?:[A-Z]+ \/|HTTP\/)/m.test(text));
  expect(whole.length).toBeGreaterThan(5);
  expect(rejected(whole, (text) => JSON.parse(text))).toEqual([]);
});

/** What the text around a block speaks of, and a block uses without a declaration. */
const NAMES: { readonly [name: string]: string } = {
  authScheme: "declare const authScheme: ens.AuthScheme;",
  authUrl: "declare const authUrl: string;",
  bearerToken: "declare const bearerToken: pulumi.Output<string>;",
  billing: "declare const billing: ens.Callback;",
  billingUrl: "declare const billingUrl: string;",
  body: "declare const body: Buffer;",
  callbackId: "declare const callbackId: string;",
  clientId: "declare const clientId: string;",
  clientSecret: "declare const clientSecret: pulumi.Output<string>;",
  config: "declare const config: pulumi.Config;",
  credentials: "declare const credentials: { subdomain: string; clientId: string; clientSecret: string };",
  eventCategoryTypes: "declare const eventCategoryTypes: string[];",
  key: "declare const key: string;",
  orders: "declare const orders: ens.Callback;",
  pullToken: "declare const pullToken: pulumi.Output<string>;",
  queue: "declare const queue: { send(events: unknown): Promise<void> };",
  receiver: 'declare const receiver: import("pulumi-ens-receiver").Receiver;',
  services: "declare const services: string[];",
  simulator: 'declare const simulator: import("pulumi-ens-simulator").Simulator;',
  sign: 'declare const sign: typeof import("pulumi-ens-receiver").sign;',
  startDynamicHost: 'declare const startDynamicHost: typeof import("../support/dynamic-host.ts").startDynamicHost;',
  startSimulator: 'declare const startSimulator: typeof import("pulumi-ens-simulator").startSimulator;',
  subdomain: "declare const subdomain: string;",
  subscriptions: "declare const subscriptions: ens.WebhookEndpointArgs['subscriptions'];",
  table: 'declare const table: import("pulumi-ens-receiver").ProbeStore;',
  url: "declare const url: string;",
};
const MODULES: { readonly [name: string]: string } = {
  ens: 'import * as ens from "pulumi-ens";',
  pulumi: 'import * as pulumi from "@pulumi/pulumi";',
};

/** The block as a module: what it uses without a declaration comes first. */
function moduleOf(text: string): string {
  const isMissing = (name: string) =>
    new RegExp(`(?<![\\w$"'\`/-]|(?<!\\.\\.)\\.)${name}\\b(?!:)`).test(text) &&
    !new RegExp(`\\b(?:const|let|class|function|as) ${name}\\b|import \\{[^}]*\\b${name}\\b`).test(text);
  const names = Object.keys(NAMES).filter(isMissing);
  const declarations = names.map((name) => NAMES[name]).join(" ");
  const all = `${declarations} ${text}`;
  const modules = Object.keys(MODULES).filter(
    (name) => new RegExp(`\\b${name}\\s*\\.`).test(all) && !new RegExp(`\\* as ${name}\\b`).test(text),
  );
  return `${modules.map((name) => MODULES[name]).join(" ")} ${declarations}\n${text}\nexport {};\n`;
}

test("all TypeScript and JavaScript compiles against the packages of this repository", () => {
  const sources = new Map(
    written("ts", "js").map((block, at) => [
      // Beside this test, so that packages are found.
      join(__dirname, `block-${at}.mts`),
      { block, text: moduleOf(block.text) },
    ]),
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.readFile = (name) => sources.get(name)?.text ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = sources.get(name)?.text;
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version, true);
  };
  // As the projects of users compile: strict, and without what only this repository asks for.
  const ofUsers = { noUnusedLocals: false, noUnusedParameters: false, exactOptionalPropertyTypes: false };
  const program = ts.createProgram({ rootNames: [...sources.keys()], options: { ...options, ...ofUsers }, host });
  const problems = [...sources].flatMap(([name, { block }]) => {
    const file = program.getSourceFile(name);
    return ts
      .getPreEmitDiagnostics(program, file)
      .map(({ messageText }) => `${block.at}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
  expect(sources.size).toBeGreaterThan(20);
  expect(problems).toEqual([]);
});
