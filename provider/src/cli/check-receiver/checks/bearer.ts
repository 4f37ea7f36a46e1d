import { randomBytes } from "node:crypto";
import { type Check, fail, skipped } from "../check";
import { describeOutcome, isSuccess } from "../describe";
import { checkDelivery, DELIVERED, NO_KEY } from "./delivery";

export const wrongBearer: Check = {
  id: "wrong-bearer",
  title: "Bearer token",
  rule: "The receiver returns 401 or 400 for a wrong token, for no token and for the word null, and then accepts the correct token.",
  source: "§5.4",
  confidence: "documented",
  needs: DELIVERED,
  async run(session) {
    const { key, token } = session.task;
    if (token === undefined)
      return skipped("No token was given. Use --token-file <file> if the callback has an auth scheme.");
    if (key === undefined) return NO_KEY;
    const wrong = [
      [`Bearer ${randomBytes(24).toString("base64url")}`, "with a wrong token"],
      ["Bearer null", "with the token null, which ENS sends when it has no token"],
      [null, "without a token"],
    ] as const;
    for (const [authorization, what] of wrong) {
      const body = JSON.stringify(session.events.batch(1));
      const outcome = await session.deliver(body, { authorization });
      if (outcome.kind === "answer" && (outcome.status === 401 || outcome.status === 400)) continue;
      const advice = isSuccess(outcome)
        ? "Verify the token of each delivery with the keys of your authorization server, and return 401 for a wrong token."
        : "Return 401, because ENS fetches a new token only after 400 and 401.";
      const reason = `The receiver ${describeOutcome(outcome)} for a signed delivery ${what}.`;
      return fail(reason, { sent: `a signed delivery ${what}`, received: session.shown(outcome), advice });
    }
    const body = JSON.stringify(session.events.batch(1));
    return checkDelivery(session, body, "a signed delivery with the correct token, after three without it");
  },
};
