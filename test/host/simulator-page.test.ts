import type { Browser, ConsoleMessage, Locator, Page } from "playwright-core";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { startBrowser } from "../support/browser";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const EMAIL_SENT = "TransactionalSendEvents.EmailSent";
/** Markup that would run in a page that does not escape it. */
const HOSTILE = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;

let browser: Browser;
let receiver: Receiver;
let simulator: Simulator;
let page: Page;
/** Messages of the browser, and URLs that it requested from other hosts. */
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ clock: "frozen", connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt(simulator);
  complaints = [];
  page = await openPage();
});
afterEach(async () => {
  await page.context().close();
  await simulator.close();
  await receiver.close();
  expect(complaints).toEqual([]);
});

async function openPage(): Promise<Page> {
  const fresh = await (
    await browser.newContext({ colorScheme: "light", viewport: { width: 1400, height: 1000 } })
  ).newPage();
  const { origin } = new URL(simulator.pageUrl);
  fresh.on("console", (message: ConsoleMessage) => {
    if (message.type() !== "log" && message.type() !== "info") complaints.push(message.text());
  });
  fresh.on("pageerror", (error) => complaints.push(String(error)));
  fresh.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(request.url());
  });
  await fresh.goto(simulator.pageUrl);
  await fresh.getByText("Live", { exact: true }).waitFor();
  return fresh;
}

const rows = (id: string): Locator => page.locator(`#${id} tbody tr`);

async function addCallback(callbackName: string): Promise<string> {
  const url = `https://hooks.example.org/${encodeURIComponent(callbackName.slice(0, 8))}`;
  return simulator.admin.add("callbacks", { callbackName, url });
}
const addSubscription = (subscriptionName: string, callbackId: string) =>
  simulator.admin.add("subscriptions", { subscriptionName, callbackId, eventCategoryTypes: [EMAIL_SENT] });

test("the page shows existing objects, and changes through the API without a reload", async () => {
  const callbackId = await addCallback("orders");
  await addSubscription("orders sent", callbackId);
  const scheme = { authUrl: "https://login.example.org/token", clientId: "me", clientSecret: "marker-of-a-secret" };
  await simulator.admin.add("authentications", scheme);
  await rows("callbacks").filter({ hasText: "orders" }).waitFor();
  await rows("subscriptions").filter({ hasText: EMAIL_SENT }).waitFor();
  await rows("schemes").filter({ hasText: scheme.authUrl }).waitFor();

  const made = JSON.stringify([{ callbackName: "later", url: "https://hooks.example.org/later" }]);
  const token = await tokenOf(simulator.authUrl);
  const answer = await post(`${simulator.restUrl}/platform/v1/ens-callbacks`, made, token);
  const [{ signatureKey = "" } = {}] = (await answer.json()) as { signatureKey?: string }[];
  await rows("callbacks").filter({ hasText: "later" }).filter({ hasText: "verified" }).waitFor();
  await rows("requests").filter({ hasText: "/platform/v1/ens-verify" }).waitFor();
  expect(await page.locator("#callbacks .total").textContent()).toBe("2");

  const content = await page.content();
  for (const secret of ["marker-of-a-secret", token, signatureKey]) expect(content).not.toContain(secret);
  const keys = rows("callbacks").filter({ hasText: "later" });
  await keys.getByRole("button", { name: "Show the signature key of later" }).click();
  await keys.getByText(signatureKey, { exact: true }).waitFor();
  await keys.getByRole("button", { name: "Hide the signature key of later" }).click();
  await keys.getByText(signatureKey, { exact: true }).waitFor({ state: "detached" });

  await simulator.admin.remove("callbacks", callbackId);
  await rows("callbacks").filter({ hasText: "orders" }).waitFor({ state: "detached" });
});

test("the form sends events, which are delivered as written", async () => {
  await addSubscription("orders sent", await addCallback("orders"));
  await page.getByLabel("Event type").selectOption(EMAIL_SENT);
  const text = page.getByLabel("Event (JSON)");
  await waitForText(text, /"eventCategoryType": "TransactionalSendEvents.EmailSent"/);
  const sample = JSON.parse(await text.inputValue());
  const { definitionId: _, ...rest } = sample;
  await text.fill(JSON.stringify({ ...rest, info: { ...sample.info, to: "b@example.org" } }));
  await page.getByLabel("Number of events").fill("3");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Delivery 1 with 3 events: delivered (202).").waitFor();
  await rows("deliveries").filter({ hasText: "delivered" }).waitFor();
  const [events] = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, { to?: string }>[]);
  expect(events).toHaveLength(3);
  for (const event of events ?? []) {
    expect(event).not.toHaveProperty("definitionId");
    expect(event.info).toMatchObject({ to: "b@example.org" });
  }

  await text.fill('{"eventCategoryType":"TransactionalSendEvents.EmailSend"}');
  await page.getByRole("button", { name: "Send" }).click();
  await page
    .getByText(`There is no event type TransactionalSendEvents.EmailSend. Did you mean ${EMAIL_SENT}?`)
    .waitFor();
  // The browser reports each error status.
  expect(complaints.splice(0)).toEqual([expect.stringContaining("400 (Bad Request)")]);

  await text.fill("{");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("The event is not valid JSON").waitFor();
  await page.getByLabel("Event type").selectOption("EngagementEvents.EmailOpen");
  await waitForText(text, /"eventCategoryType": "EngagementEvents.EmailOpen"/);
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Not delivered to 1 subscription: it does not include this event type.").waitFor();
});

/** Waits until the text of a field matches. */
async function waitForText(field: Locator, text: RegExp): Promise<void> {
  for (;;) if (text.test(await field.inputValue())) return;
}

test("the page moves the clock, sets a switch and resets the simulator", async () => {
  const { now } = await simulator.admin.clock({ advanceSeconds: 0 });
  const shown = (seconds: number) =>
    page.locator("#now").getByText(new Date(now + seconds * 1000).toISOString().slice(0, 19).replace("T", " "));
  await shown(0).waitFor();
  await page.getByRole("button", { name: "+2 min" }).click();
  await shown(120).waitFor();
  await page.getByRole("button", { name: "+20 min" }).click();
  await shown(1320).waitFor();
  await page.getByRole("button", { name: "+4 h" }).click();
  await shown(15_720).waitFor();
  await page.getByLabel("Seconds").fill("7");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await shown(15_727).waitFor();

  await page.getByLabel("Switch", { exact: true }).selectOption("reverify");
  await page.getByText("Status of a second verification with the right key. Open question #20.").waitFor();
  await page.getByLabel("Answer", { exact: true }).selectOption("304");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.getByText("reverify is now 304.").waitFor();
  await page.getByLabel("Switch", { exact: true }).selectOption("readLag");
  await page.getByLabel("Answer", { exact: true }).fill("soon");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.getByText('switch readLag cannot be "soon"').waitFor();
  // The browser reports each error status.
  expect(complaints.splice(0)).toEqual([expect.stringContaining("400 (Bad Request)")]);
  expect(await simulator.admin.switches({})).toMatchObject({ reverify: "304", readLag: 0 });
  await page.locator("#others").getByText("reverify=304").waitFor();

  await addCallback("orders");
  await rows("callbacks").first().waitFor();
  page.once("dialog", (dialog) => void dialog.dismiss());
  await page.getByRole("button", { name: "Reset" }).click();
  expect((await simulator.admin.state()).callbacks).toHaveLength(1);
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByText("The simulator was reset.").waitFor();
  await page.getByText("There are no callbacks.").waitFor();
  await page.getByText("All switches have their defaults.").waitFor();
});

test("names with markup are shown as text everywhere", async () => {
  const callbackId = await addCallback(HOSTILE);
  await addSubscription(HOSTILE, callbackId);
  await simulator.admin.patch("callbacks", callbackId, { status: HOSTILE, statusReason: HOSTILE });
  await simulator.admin.add("authentications", {
    authUrl: "https://login.example.org/<b>",
    clientId: HOSTILE,
    clientSecret: "made-up",
    scope: HOSTILE,
  });
  await fetch(`${simulator.restUrl}/platform/v1/${encodeURIComponent(HOSTILE)}`, { method: "POST", body: HOSTILE });
  await rows("callbacks").getByText(HOSTILE).first().waitFor();
  await rows("subscriptions").getByText(HOSTILE).first().waitFor();
  await rows("schemes").getByText(HOSTILE).first().waitFor();
  await rows("requests")
    .getByRole("button", { name: /^Open POST/ })
    .click();
  await page.getByRole("dialog").getByText(HOSTILE).waitFor();
  expect(await page.locator("main img, main script, dialog img, dialog script").count()).toBe(0);
  expect(await page.title()).toBe("ENS simulator");
});

test("the details of a request mark early requests and hide secrets", async () => {
  receiver.verifies = false;
  const token = await tokenOf(simulator.authUrl);
  const verify = `${simulator.restUrl}/platform/v1/ens-verify`;
  receiver.beforeProbeAnswer = ({ body }) => post(verify, body, token);
  await simulator.admin.switches({ callbackStored: "after-probe" });
  const made = JSON.stringify([{ callbackName: "early", url: "https://hooks.example.org/early" }]);
  await post(`${simulator.restUrl}/platform/v1/ens-callbacks`, made, token);
  const early = rows("requests").filter({ hasText: "/platform/v1/ens-verify" });
  await early.getByText("The callback is not stored yet, so the status is 404.").waitFor();
  await early.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("authorization: (hidden)").waitFor();
  expect(await dialog.textContent()).not.toContain(token);
  expect(await dialog.textContent()).toContain('"verificationKey": "(hidden)"');
});

test("the page can be used with the keyboard alone", async () => {
  await addSubscription("orders sent", await addCallback("orders"));
  await rows("callbacks").first().waitFor();
  const focused = () => page.locator(":focus").evaluate((it) => `${it.tagName} ${it.id || it.textContent}`);
  const reached = new Set<string>();
  for (let tries = 0; tries < 60; tries += 1) {
    await page.keyboard.press("Tab");
    if ((await page.locator(":focus").count()) > 0) reached.add(await focused());
  }
  for (const one of [
    "SELECT type",
    "TEXTAREA payload",
    "INPUT count",
    "BUTTON send",
    "BUTTON +2 min",
    "INPUT seconds",
  ]) {
    expect(reached).toContain(one);
  }
  for (const one of ["BUTTON move", "SELECT switch", "SELECT answer", "BUTTON turn", "BUTTON reset"]) {
    expect(reached).toContain(one);
  }
  expect(reached).toContain("BUTTON Show the signature key of orders");

  await page.locator("#send").focus();
  await page.keyboard.press("Enter");
  await page.getByText("Sent: 1 event.").waitFor();
  expect(await focused()).toBe("BUTTON send");
  // An update of the page does not move the focus.
  const show = rows("callbacks").getByRole("button", { name: "Show the signature key of orders" });
  await show.focus();
  await addCallback("later");
  await rows("callbacks").filter({ hasText: "later" }).waitFor();
  expect(await focused()).toBe("BUTTON Show the signature key of orders");

  const open = rows("requests").first().getByRole("button");
  await open.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("Request and response").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await focused()).toMatch(/^BUTTON Open/);
});

test("each field has a label", async () => {
  const nameless = await page
    .locator("input, select, textarea, button")
    .evaluateAll(
      (fields) =>
        fields.filter((it) => !("labels" in it && (it.labels as ArrayLike<unknown>).length) && !it.textContent).length,
    );
  expect(nameless).toBe(0);
});

test("on a narrow screen nothing is wider than the screen", async () => {
  await addSubscription("orders sent with a rather long name of several words", await addCallback("orders"));
  await page.setViewportSize({ width: 360, height: 800 });
  await rows("subscriptions").first().waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
});

test("two pages show the same content, and a page reconnects when the simulator restarts", async () => {
  const first = page;
  page = await openPage();
  await addCallback("orders");
  for (const each of [first, page]) await each.locator("#callbacks tbody tr").filter({ hasText: "orders" }).waitFor();
  await first.context().close();
  const port = Number(new URL(simulator.restUrl).port);
  await simulator.close();
  await page.getByText("The simulator does not respond. This page tries again.").waitFor();
  simulator = await startSimulator({ port, clock: "frozen" });
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByText("There are no callbacks.").waitFor();
  // The browser reports failed connections.
  const broken = complaints
    .splice(0)
    .filter(
      (text) =>
        !/net::ERR_(?:CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_RESET)/.test(text),
    );
  expect(broken).toEqual([]);
});

test("the start page links to the page", async () => {
  await page.goto(simulator.restUrl);
  await page.getByRole("link", { name: simulator.pageUrl }).click();
  await page.getByText("Live", { exact: true }).waitFor();
});
