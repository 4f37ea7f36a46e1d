import type { Case } from "./suite";

export const TOKEN: readonly Case[] = [
  {
    id: "token.request.ok",
    needs: "anywhere",
    async run(ens) {
      const answer = await fetch(`${ens.authUrl}/v2/token`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          grant_type: "client_credentials",
          client_id: "sim-client",
          client_secret: "sim-secret",
        }),
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ token_type: "Bearer", access_token: expect.any(String) });
    },
  },
];
