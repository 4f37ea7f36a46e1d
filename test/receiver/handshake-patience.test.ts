import { completeHandshake as complete } from "../../receiver/src/handshake/complete";

// The clock is virtual, and `fetch` is scripted with the responses of ENS.

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

test("the key is sent again with the same token while ENS does not know the callback", async () => {
  const { calls, outcome } = ens({ verify: [404, 404, 404, 200] });
  expect(await outcome).toBe("verified");
  expect(calls).toEqual(["POST /v2/token", ...Array(4).fill("POST /platform/v1/ens-verify")]);
});

test("a 404 for 30 s is reported with its usual cause, another business unit", async () => {
  const { outcome, seconds } = ens({ verify: [[404, { message: "Callback not found in MID" }]] });
  expect(await outcome).toBe(
    `ENS did not verify callback ${probe.callbackId}: POST /platform/v1/ens-verify returned 404: "Callback not found in ` +
      'MID". The callback is not in the business unit that owns the installed package, or the key is wrong, already used or ' +
      "older than four hours. If the callback belongs to another business unit, set ENS_ACCOUNT_ID to its MID.",
  );
  expect(seconds()).toBe(30);
});

test("a callback that is already verified is no failure, for example after a lost response", async () => {
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
])("the request is retried after %s", async (_, verify) => {
  expect(await ens({ verify }).outcome).toBe("verified");
});

test("a token request is retried when the endpoint is busy, but not when it rejects the credentials", async () => {
  expect(await ens({ token: [503, [200, { access_token: "t" }]], verify: [200] }).outcome).toBe("verified");
  const refused = ens({ token: [[401, { message: "invalid client client-marker secret-marker" }]] });
  expect(await refused.outcome).toBe(
    'The token endpoint returned 401: "invalid client [secret] [secret]". Check ENS_CLIENT_ID, ENS_CLIENT_SECRET, ' +
      "ENS_SUBDOMAIN and ENS_ACCOUNT_ID.",
  );
  expect(count(refused.calls, "/v2/token")).toBe(1);
});

test("a missing permission is named, and the request is not retried", async () => {
  const { calls, outcome } = ens({ verify: [[403, { message: "Insufficient privileges" }]] });
  expect(await outcome).toMatch(/returned 403: "Insufficient privileges"\. .* event_notification_callback_update/);
  expect(count(calls, "ens-verify")).toBe(1);
});

test("the attempts end after 30 s without ENS, and no error contains a secret", async () => {
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
