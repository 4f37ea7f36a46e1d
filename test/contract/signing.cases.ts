import { createHmac, timingSafeEqual } from "node:crypto";
import { EVENT, mail, subscribed } from "./delivery-setup";
import type { Case, Session } from "./suite";

type KeyMode = "decoded" | "utf8";

export const SIGNING: readonly Case[] = [
  {
    id: "signing.header",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await ens.simulator.admin.emit(EVENT);
      expect(ens.receiver.received[0]?.headers["x-sfmc-ens-signature"]).toEqual(expect.any(String));
    },
  },
  {
    id: "signing.algorithm",
    needs: "simulator",
    async run(ens) {
      const { signatureKey } = await subscribed(ens);
      const { header, bytes } = await signed(ens, "algorithm");
      expect(Buffer.from(header, "base64")).toHaveLength(32);
      expect(header).toBe(hmac(signatureKey, "decoded", bytes));
      expect(header).not.toBe(hmac(signatureKey, "decoded", Buffer.concat([bytes, Buffer.from("\n")])));
    },
  },
  {
    id: "signing.raw-bytes",
    needs: "simulator",
    async run(ens) {
      const { signatureKey } = await subscribed(ens);
      const { header, bytes } = await signed(ens, "Grüße für 10 € 🎉");
      expect(bytes.includes(Buffer.from("Grüße für 10 € 🎉", "utf8"))).toBe(true);
      expect(header).toBe(hmac(signatureKey, "decoded", bytes));
      const escaped = bytes.toString().replace(/[\u0080-\uffff]/g, (character) => {
        return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
      });
      expect(JSON.parse(escaped)).toEqual(JSON.parse(bytes.toString()));
      expect(header).not.toBe(hmac(signatureKey, "decoded", Buffer.from(escaped)));
    },
  },
  keyed("signing.key-decoded", ["decoded", "utf8"]),
  keyed("signing.key-utf8", ["utf8", "decoded"]),
  {
    id: "signing.tampered",
    needs: "simulator",
    async run(ens) {
      const { signatureKey } = await subscribed(ens);
      const { header, bytes } = await signed(ens, "tampered");
      const fits = (body: Buffer) =>
        timingSafeEqual(Buffer.from(header), Buffer.from(hmac(signatureKey, "decoded", body)));
      expect(fits(bytes)).toBe(true);
      for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(fits(changed)).toBe(false);
      }
    },
  },
  {
    id: "signing.no-alternative-header",
    needs: "simulator",
    async run(ens) {
      await subscribed(ens);
      await ens.simulator.admin.emit(EVENT);
      const names = Object.keys(ens.receiver.received[0]?.headers ?? {});
      expect(names).toContain("x-sfmc-ens-signature");
      expect(names.filter((name) => /signature|hmac/.test(name))).toEqual(["x-sfmc-ens-signature"]);
    },
  },
];

/** The signature matches the key as each mode reads it, and not as the other mode reads it. */
function keyed(id: string, modes: readonly KeyMode[]): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const { signatureKey } = await subscribed(ens);
      expect(Buffer.from(signatureKey, "base64")).toHaveLength(32);
      for (const hmacKeyMode of modes) {
        if (hmacKeyMode !== "decoded" || modes[0] !== "decoded") await ens.turn({ hmacKeyMode });
        const { header, bytes } = await signed(ens, hmacKeyMode);
        const other = hmacKeyMode === "decoded" ? "utf8" : "decoded";
        expect(header).toBe(hmac(signatureKey, hmacKeyMode, bytes));
        expect(header).not.toBe(hmac(signatureKey, other, bytes));
      }
    },
  };
}

async function signed(ens: Session, definitionKey: string): Promise<{ header: string; bytes: Buffer }> {
  await ens.simulator.admin.emit(mail(definitionKey));
  const last = ens.receiver.received.at(-1);
  return { header: String(last?.headers["x-sfmc-ens-signature"]), bytes: Buffer.from(last?.body ?? "") };
}

function hmac(key: string, mode: KeyMode, bytes: Buffer): string {
  const material = mode === "utf8" ? key : Buffer.from(key, "base64");
  return createHmac("sha256", material).update(bytes).digest("base64");
}
