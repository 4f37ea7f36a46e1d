/** Every way in which something goes wrong on purpose: what it does, and which fields of a fault it takes. */
export const FAULT_KINDS = {
  "answer-lost": { meaning: "The work is done, then the connection dies.", fields: [] },
  reset: { meaning: "The connection dies before the work.", fields: [] },
  status: {
    meaning:
      "A refusal instead of the work: `status` (503), `errorcode`, `retryAfter` in seconds, `message`, the `shape` of " +
      "its body. With `done` the work is done, and a success keeps its body and says `status`.",
    fields: ["status", "errorcode", "retryAfter", "message", "shape", "done"],
  },
  slow: { meaning: "The work starts `seconds` (1) later.", fields: ["seconds"] },
  html: { meaning: "A gateway's page instead of the work, with `status` (502).", fields: ["status"] },
  truncated: { meaning: "The work is done; the JSON of the answer ends in the middle.", fields: [] },
  "extra-fields": { meaning: "Each object in the answer has fields that nobody knows.", fields: [] },
  shuffled: { meaning: "Lists in the answer come in another order.", fields: [] },
  "read-lag": { meaning: "A read does not see the writes of the last `seconds` (5).", fields: ["seconds"] },
  "verify-lag": {
    meaning: "Callbacks verified in the last `seconds` (120) take no subscription yet.",
    fields: ["seconds"],
  },
  "token-expired": { meaning: "The token of the request is worth nothing any more.", fields: [] },
  "probe-delayed": { meaning: "The probe leaves `seconds` (1) later; its 30 s run.", fields: ["seconds"] },
  "probe-failed": { meaning: "No connection for the probe.", fields: [] },
  duplicate: {
    meaning: "A delivery arrives twice. `path` is the start of the callback's url.",
    fields: [],
  },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Bodies of refusals that were seen or are documented. Source: ENS REST contract §9.1. */
export const SHAPES = ["rest", "aggregate", "validationErrors", "errors", "error_code"] as const;
