/** All kinds of faults, with their meaning and the fields that each of them accepts. */
export const FAULT_KINDS = {
  "answer-lost": { meaning: "The request takes effect, and the connection is closed without a response.", fields: [] },
  reset: { meaning: "The connection is closed before the request takes effect.", fields: [] },
  status: {
    meaning:
      "An error response with `status` (503), `errorcode`, `retryAfter` in seconds, `message`, and the `shape` of its " +
      "body; the request has no effect. With `done` the request takes effect, and a success keeps its body and gets `status`.",
    fields: ["status", "errorcode", "retryAfter", "message", "shape", "done"],
  },
  slow: { meaning: "The request is processed `seconds` (1) later.", fields: ["seconds"] },
  html: {
    meaning: "The HTML error page of a gateway, with `status` (502). The request has no effect.",
    fields: ["status"],
  },
  truncated: { meaning: "The request takes effect, and the JSON of the response ends in the middle.", fields: [] },
  "extra-fields": { meaning: "Each object in the response has additional unknown fields.", fields: [] },
  shuffled: { meaning: "Lists in the response have another order.", fields: [] },
  "read-lag": { meaning: "A read does not show the writes of the last `seconds` (5).", fields: ["seconds"] },
  "verify-lag": {
    meaning: "Callbacks that were verified in the last `seconds` (120) do not accept subscriptions yet.",
    fields: ["seconds"],
  },
  "token-expired": { meaning: "The token of the request expires.", fields: [] },
  "probe-delayed": {
    meaning: "The verification request is sent `seconds` (1) later, within its limit of 30 s.",
    fields: ["seconds"],
  },
  "probe-failed": { meaning: "The verification request cannot connect to the receiver.", fields: [] },
  duplicate: {
    meaning: "A delivery arrives twice. `path` is the start of the callback's URL.",
    fields: [],
  },
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Shapes of error bodies that were observed or are documented. Source: ENS REST contract §9.1. */
export const SHAPES = ["rest", "aggregate", "validationErrors", "errors", "error_code"] as const;
