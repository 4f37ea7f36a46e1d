import { completeHandshake as complete } from "../../receiver/src/handshake/complete";

// The clock is advanced, and `fetch` is a script: what ENS answers, one line for each call.

const probe = { callbackId: "11111111-2222-4333-8444-555555555555", verificationKey: "verification-key-marker" };
const access = { restUrl: "https://rest.example.org", authUrl: "https://auth.example.org", clientId: "client-marker" };
const settings = { ...access, clientSecret: "secret-marker" };

type Script = (number | [status: number, body: object] | "no response")[];

function ens({ token = [], verify = [], get = [] }: { token?: Script; verify?: Script; get?: Script }) {
  let now = 0;
  const calls: string[] = [];
  const scripts: Record<string, Script> = {
    "/v2/token": token,
    "/platform/v1/ens-verify": verify,
    [`/platform/v1/ens-callbacks/${probe.callbackId}`]: get,
  };
  const send = (async (input: string, { method = "GET" }: RequestInit = {}) => {
    const { pathname } = new URL(input);
    calls.push(`${method} ${pathname}`);
    const script = scripts[pathname] ?? [];
    const usual = pathname === "/v2/token" ? [200, { access_token: "token-marker" }] : 404;
    const [step = usual] = script.length > 1 ? [script.shift()] : script;
    if (step === "no response") throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    const [status, body] = (Array.isArray(step) ? step : [step, {}]) as [number, object];
    return new Response(JSON.stringify(body), { status });
  }) as typeof fetch;
  const timer = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
  const done = complete({ ...probe, settings, fetch: send }, timer);
  return {
    calls,
    outcome: done.then(
      () => "verified",
      (error: Error) => error.message,
    ),
    seconds: () => now / 1000,
  };
}

const count = (calls: readonly string[], path: string) => calls.filter((call) => call.endsWith(path)).length;

test("a callback that ENS does not know yet is asked for again, with one token", async () => {
  const { calls, outcome } = ens({ verify: [404, 404, 404, 200] });
  expect(await outcome).toBe("verified");
  expect(calls).toEqual(["POST /v2/token", ...Array(4).fill("POST /platform/v1/ens-verify")]);
});

test("a 404 that stays for 30 s is told with its usual reason: another business unit", async () => {
  const { outcome, seconds } = ens({ verify: [[404, { message: "Callback not found in MID" }]] });
  expect(await outcome).toBe(
    `ENS did not verify callback ${probe.callbackId}: POST /platform/v1/ens-verify returned 404: "Callback not found in ` +
      'MID". The callback is not in the business unit that owns the installed package, or the key is wrong, already used or ' +
      "older than four hours. If the callback belongs to another business unit, set ENS_ACCOUNT_ID to its MID.",
  );
  expect(seconds()).toBe(30);
});

test("a key that somebody else has given back, or that a lost answer has used up, is no failure", async () => {
  const other = ens({ verify: [400], get: [[200, { status: "verified" }]] });
  expect(await other.outcome).toBe("verified");
  const lost = ens({ verify: ["no response", 404], get: [[200, { status: "verified" }]] });
  expect(await lost.outcome).toBe("verified");
  const neither = ens({ verify: [400], get: [[200, { status: "unverified" }]] });
  expect(await neither.outcome).toMatch(/returned 400\. The callback stays unverified/);
});

test.each<[string, Script]>([
  ["no response", ["no response", "no response", 200]],
  ["429", [429, 200]],
  ["503", [503, 503, 200]],
])("after %s it is asked again", async (_, verify) => {
  expect(await ens({ verify }).outcome).toBe("verified");
});

test("a token endpoint that is busy is asked again, and one that refuses is not", async () => {
  expect(await ens({ token: [503, [200, { access_token: "t" }]], verify: [200] }).outcome).toBe("verified");
  const refused = ens({ token: [[401, { message: "invalid client client-marker secret-marker" }]] });
  expect(await refused.outcome).toBe(
    'The token endpoint returned 401: "invalid client [secret] [secret]". Check ENS_CLIENT_ID, ENS_CLIENT_SECRET, ' +
      "ENS_SUBDOMAIN and ENS_ACCOUNT_ID.",
  );
  expect(count(refused.calls, "/v2/token")).toBe(1);
});

test("a missing permission is named, and not asked for again", async () => {
  const { calls, outcome } = ens({ verify: [[403, { message: "Insufficient privileges" }]] });
  expect(await outcome).toMatch(/returned 403: "Insufficient privileges"\. .* event_notification_callback_update/);
  expect(count(calls, "ens-verify")).toBe(1);
});

test("ENS that stays away is given up after 30 s, and no error holds a secret", async () => {
  for (const script of [
    ["no response"],
    [[500, { message: `key ${probe.verificationKey} token-marker\n` }]],
  ] as Script[]) {
    const { outcome, seconds } = ens({ verify: script });
    const message = await outcome;
    expect(message).not.toMatch(/marker|\n/);
    expect(message).toMatch(/ECONNREFUSED|unavailable for 30 s/);
    expect(seconds()).toBe(30);
  }
});

test("a token of another tenant is not used", async () => {
  const other = { access_token: "t", rest_instance_url: "https://other.rest.marketingcloudapis.com/" };
  const ours = { ...settings, restUrl: "https://ours.rest.marketingcloudapis.com" };
  const send = (async () => new Response(JSON.stringify(other))) as typeof fetch;
  await expect(complete({ ...probe, settings: ours, fetch: send })).rejects.toThrow("belongs to tenant other");
});
