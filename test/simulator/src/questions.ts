/**
 * Questions about ENS that no document answers, with their numbers in ENS REST contract §11. The first choice, or the
 * single number, is the assumed answer.
 */
export const QUESTIONS = {
  authBodyShape: {
    question: 1,
    meaning:
      "Body of an auth scheme in POST and PUT. `any` accepts both, and the response has the shape of the request.",
    choices: ["any", "object", "array"],
  },
  authIdCase: {
    question: 2,
    meaning: "Name of the id of an auth scheme in responses.",
    choices: ["authId", "authID", "both"],
  },
  authGet: {
    question: 3,
    meaning: "GET of auth schemes: `off` returns 404, `off-405` returns 405, `on` works.",
    choices: ["off", "off-405", "on"],
  },
  authPutIdIn: { question: 4, meaning: "Place of the id in a PUT of an auth scheme.", choices: ["body", "path"] },
  authDeleteIdIn: { question: 4, meaning: "Place of the id in a DELETE of an auth scheme.", choices: ["path", "body"] },
  rotateAuthIdOnPut: { question: 5, meaning: "A PUT gives the auth scheme a new id.", choices: ["off", "on"] },
  authInUseStatus: {
    question: 6,
    meaning: "Status of a DELETE while callbacks use the auth scheme.",
    choices: ["409", "400"],
  },
  associationLag: {
    question: 6,
    meaning:
      "Seconds in which an association that ended, for example with a deleted subscription, still blocks a DELETE.",
    number: 0,
    others: [120],
  },
  authRefusedStatus: {
    question: 7,
    meaning: "Status when the authorization server does not issue a token.",
    choices: ["400", "500"],
  },
  callAuthUrl: {
    question: 7,
    meaning: "POST and PUT of an auth scheme request a token from `authUrl`.",
    choices: ["on", "off"],
  },
  authIdOnPut: {
    question: 8,
    meaning: "Effect of `authId` in a PUT of a callback.",
    choices: ["accept", "ignore", "refuse"],
  },
  authIdClear: {
    question: 8,
    meaning: 'Whether `null` or `""` in a PUT of a callback detaches its auth scheme.',
    choices: ["null-or-empty", "ignored"],
  },
  authIdOmitted: {
    question: 8,
    meaning: "Effect of a PUT of a callback without `authId`.",
    choices: ["keep", "clear"],
  },
  exposeAuthId: { question: 9, meaning: "Responses show the `authId` of a callback.", choices: ["on", "off"] },
  authScopes: {
    question: 10,
    meaning: "Permissions for the routes of auth schemes: those of callbacks, or none.",
    choices: ["callback", "none"],
  },
  maxItems: { question: 11, meaning: "Maximum number of elements in one POST or PUT.", number: 50, others: [1] },
  arrayFailure: {
    question: 11,
    meaning: "Effect of one invalid element: nothing is stored, or the elements before it are.",
    choices: ["all-or-nothing", "partial"],
  },
  putUrl: {
    question: 12,
    meaning: "Effect of another `url` in a PUT of a callback.",
    choices: ["refuse-different", "ignore", "apply"],
  },
  putResetsDefaults: {
    question: 13,
    meaning: "A PUT of a callback without `maxBatchSize` resets it to 1000.",
    choices: ["off", "on"],
  },
  filtersOmitted: {
    question: 14,
    meaning: "Effect of a PUT of a subscription without `filters`.",
    choices: ["keep", "clear"],
  },
  uniqueCallbackNames: { question: 15, meaning: "Callback names must be unique.", choices: ["off", "on"] },
  uniquenessScope: {
    question: 16,
    meaning: "Scope in which URLs and names must be unique: business unit or tenant.",
    choices: ["mid", "tenant"],
  },
  duplicateStatus: {
    question: 17,
    meaning: "Status of a duplicate POST. `auto` is 304 for the same name and URL, and 400 for the same URL only.",
    choices: ["auto", "304", "400", "409"],
  },
  unverifiedStatus: {
    question: 18,
    meaning: "`status` of a callback before its verification.",
    choices: ["unverified", "pending"],
  },
  expire: {
    question: 19,
    meaning: "A callback whose verification key expired is kept or deleted.",
    choices: ["keep", "delete"],
  },
  reverify: {
    question: 20,
    meaning: "Status of a second verification with the right key.",
    choices: ["404", "200", "304", "400"],
  },
  maxWrongKeys: {
    question: 21,
    meaning: "Number of wrong verification keys that invalidates the right one. `null`: no limit.",
    most: null as number | null,
    others: [3],
  },
  orphanOnProbeFailure: {
    question: 22,
    meaning: "A callback whose verification request failed remains and blocks its URL.",
    choices: ["on", "off"],
  },
  probeBearer: {
    question: 23,
    meaning: "The verification request carries the bearer token of the auth scheme.",
    choices: ["off", "on"],
  },
  unverifiedCallbackStatus: {
    question: 24,
    meaning: "Status of a POST of a subscription for an unverified callback.",
    choices: ["400", "409"],
  },
  limitStatus: {
    question: 25,
    meaning: "Status of the POST of the 201st subscription of a callback.",
    choices: ["400", "409"],
  },
  unknownTypes: {
    question: 26,
    meaning: "Unknown event types and filter keys of subscriptions, and unknown types of emitted events.",
    choices: ["refuse", "accept"],
  },
  caseSensitiveTypes: { question: 27, meaning: "Event types are case sensitive.", choices: ["on", "off"] },
  shuffle: { question: 27, meaning: "Responses have lists in another order than requests.", choices: ["off", "on"] },
  repeatTransition: {
    question: 28,
    meaning: "Response when a paused subscription is paused, or an active one resumed, without another change.",
    choices: ["304", "400", "409/30002"],
  },
  statusReasonOnActive: {
    question: 29,
    meaning: "`statusReason` after a subscription is resumed.",
    choices: ["stored", "reset"],
  },
  unknownSubscriptionOnPut: {
    question: 30,
    meaning: "Status of a PUT of a subscription that does not exist.",
    choices: ["404", "400"],
  },
  deleteBody: { question: 31, meaning: "Body of a successful DELETE.", choices: ["empty", "json", "text"] },
  repeatDelete: {
    question: 32,
    meaning: "Status of a DELETE of an object that was already deleted.",
    choices: ["404", "200"],
  },
  emptyList: {
    question: 33,
    meaning: "Status of a list without elements: 200 with `[]`, or 404.",
    choices: ["200", "404"],
  },
  listShape: { question: 34, meaning: "A list is an array, or an object with `items`.", choices: ["array", "items"] },
  malformedId: { question: 35, meaning: "Status for an id in a path that is not a GUID.", choices: ["400", "404"] },
  missingScope: {
    question: 36,
    meaning: "Status for a token without the permission. The message of 401 is `Not Authorized`.",
    choices: ["403", "401"],
  },
  readLag: { question: 37, meaning: "Seconds until a read shows a write.", number: 0, others: [5, 30] },
  verifyLag: {
    question: 38,
    meaning: "Seconds after a verification in which subscriptions are rejected.",
    number: 0,
    others: [120],
  },
  hmacKeyMode: {
    question: 39,
    meaning: "Key of the signature: the decoded `signatureKey`, or its characters.",
    choices: ["decoded", "utf8"],
  },
  regenerateOverlap: {
    question: 40,
    meaning: "Seconds after a rotation in which the old signature key may still sign.",
    number: 0,
    others: [120],
  },
  exposeSuspension: {
    question: 41,
    meaning: "A suspended callback has the `status` `suspended`.",
    choices: ["off", "on"],
  },
  retryProfile: { question: 42, meaning: "Generation of the retry rules.", choices: ["current", "legacy"] },
  retryIntervals: {
    question: 43,
    meaning: "Seconds before each immediate attempt.",
    numbers: [0, 1, 2],
    others: [[0, 0, 0]],
  },
  deliverPer: {
    question: 44,
    meaning: "An event that matches several subscriptions of a callback is delivered once per subscription, or once.",
    choices: ["subscription", "callback"],
  },
  filterAnchoring: {
    question: 45,
    meaning: "A filter pattern must match the whole value, or a part of it.",
    choices: ["full", "substring"],
  },
  tokenCache: {
    question: 46,
    meaning: "Tokens of authorization servers are reused until `expires_in`.",
    choices: ["on", "off"],
  },
  tokenErrorStatus: {
    question: 47,
    meaning: "Status of errors of `/v2/token` that no source shows.",
    choices: ["400", "401"],
  },
  maxCallbacks: {
    question: 48,
    meaning: "Maximum number of callbacks of a business unit. `null`: no limit.",
    most: null as number | null,
    others: [2],
  },
  crossBu: {
    question: 49,
    meaning: "Whether a token of the parent business unit sees the objects of its children.",
    choices: ["none", "parent"],
  },
  lenientPaths: {
    question: 50,
    meaning: "A trailing slash and unknown query parameters are ignored.",
    choices: ["on", "off"],
  },
  rateLimit: {
    question: 52,
    meaning: "Maximum number of REST requests per second of a business unit. 0: no limit.",
    number: 0,
    others: [50],
  },
  putUnverifies: {
    question: 51,
    meaning: "A PUT that changes a callback makes it unverified.",
    choices: ["off", "on"],
  },
  callbackStored: {
    question: 53,
    meaning: "A new callback exists before its verification request is sent, or only after the receiver responded.",
    choices: ["before-probe", "after-probe"],
  },
} as const;
