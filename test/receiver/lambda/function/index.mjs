import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createReceiver, keepProbesInMemory } from "pulumi-ens-receiver";
import { toLambdaHandler } from "pulumi-ens-receiver/lambda";

// The function as it is deployed. Files in FOLDER stand for a secret store (`key`) and a queue (`queue/events`).

const FOLDER = process.env.FOLDER ?? "";
const KEY = join(FOLDER, "key");

export const handler = toLambdaHandler(
  createReceiver({
    keys: () => (existsSync(KEY) ? readFileSync(KEY, "utf8") : []),
    enqueue: (events) => appendFileSync(join(FOLDER, "queue/events"), `${JSON.stringify(events)}\n`),
    handshake: false,
    probes: keepProbesInMemory(),
    pullToken: process.env.PULL_TOKEN,
  }),
);
