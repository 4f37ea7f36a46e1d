import { randomBytes } from "node:crypto";
import { type Check, fail, skipped } from "../check";
import { didOf, isSuccess } from "../describe";
import { acknowledgedFinding, DELIVERED, NO_KEY } from "./delivery";

export const wrongBearer: Check = {
  id: "wrong-bearer",
  title: "Bearer token",
  rule: "The receiver answers 401 or 400 to a wrong token, to none and to the word null, and takes the right one after that.",
  source: "§5.4",
  confidence: "documented",
  needs: DELIVERED,
  async run(session) {
    const { key, token } = session.task;
    if (token === undefined)
      return skipped("There is no token: --token-file names one, for a callback with an auth scheme.");
    if (key === undefined) return NO_KEY;
    const wrong = [
      [`Bearer ${randomBytes(24).toString("base64url")}`, "with a wrong token"],
      ["Bearer null", "with the token null, which ENS sends when it got none"],
      [null, "without a token"],
    ] as const;
    for (const [authorization, what] of wrong) {
      const body = JSON.stringify(session.events.batch(1));
      const outcome = await session.deliver(body, { authorization });
      if (outcome.kind === "answer" && (outcome.status === 401 || outcome.status === 400)) continue;
      const advice = isSuccess(outcome)
        ? "Check the token of each delivery with the keys of your authorization server, and answer 401."
        : "Answer 401: after 400 and 401 alone, ENS fetches a new token.";
      const reason = `The receiver ${didOf(outcome)} to a signed delivery ${what}.`;
      return fail(reason, { sent: `a signed delivery ${what}`, received: session.shown(outcome), advice });
    }
    const body = JSON.stringify(session.events.batch(1));
    return acknowledgedFinding(session, body, "a signed delivery with the right token, after three with wrong ones");
  },
};
