import { z } from "zod";
import { packageChange, packageSchema } from "../api/packages";
import { deliverySchema, emissionSchema } from "../events/emission";
import { rejectUnknownTypes } from "../events/known-type";
import { chanceSchema, faultSchema } from "../http/fault";
import { journalQuery } from "../http/journal";
import type { Collection } from "../store";
import { turn } from "../switches";
import { made, madeAnswer, NEW } from "./made";
import { PATCHES } from "./objects";
import { type AdminRoute, NotThere, route } from "./route";

const COLLECTIONS = ["callbacks", "subscriptions", "authentications"] as const satisfies Collection[];

/** A century. */
const MOST_SECONDS = 3_200_000_000;

const anObject = z.record(z.string(), z.unknown());
const event = z.looseObject({ eventCategoryType: z.string().describe("Type of the catalogue.") });
const clockChange = z.strictObject({ advanceSeconds: z.number().min(0).max(MOST_SECONDS) });

/** The whole admin API, below `/_simulator/`. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  route({
    method: "GET",
    path: "state",
    summary: "All stored objects, secrets included.",
    status: 200,
    answer: anObject,
    handle: (world) => world.store.state,
  }),
  ...COLLECTIONS.flatMap((collection) => [
    route({
      method: "POST",
      path: collection,
      summary: `Makes one of the ${collection} as somebody in Setup would, without the API's rules.`,
      body: NEW[collection],
      status: 200,
      answer: madeAnswer,
      handle({ store, clock, packages, random }, { body }) {
        const mid = packages.state[0]?.owner ?? 0;
        const object = made(collection, body, { mid, now: clock.now(), random });
        store.add(collection, object);
        return { id: store.idOf(collection, object) };
      },
    }),
    route({
      method: "PATCH",
      path: `${collection}/{id}`,
      summary: `Changes one of the ${collection} as somebody in Setup would, without the API's rules.`,
      body: PATCHES[collection].partial(),
      status: 204,
      handle: (world, { id, body }) => there(world.store.patch(collection, id, body), id),
    }),
    route({
      method: "DELETE",
      path: `${collection}/{id}`,
      summary: `Deletes one of the ${collection}, without the API's rules.`,
      status: 204,
      handle: (world, { id }) => there(world.store.remove(collection, id), id),
    }),
  ]),
  route({
    method: "POST",
    path: "events",
    summary:
      "Emits an event, or a list of events that happen at once. Answers when nothing more happens without time: " +
      "what is not delivered or given up waits for its next attempt.",
    body: z.union([event, z.array(event).min(1).max(100_000)]),
    status: 200,
    answer: emissionSchema,
    handle(world, { body }) {
      const events = Array.isArray(body) ? body : [body];
      rejectUnknownTypes(world.switches, events);
      return world.deliveries.emit(events);
    },
  }),
  route({
    method: "GET",
    path: "deliveries",
    summary: "How it stands with the last deliveries; the oldest first.",
    status: 200,
    answer: z.array(deliverySchema),
    handle: (world) => world.deliveries.list,
  }),
  route({
    method: "GET",
    path: "journal",
    summary: "Requests that came in, and that went out to customers' servers; the oldest first.",
    query: journalQuery,
    status: 200,
    answer: z.array(anObject),
    handle: (world, { query }) => world.journal.entries(query),
  }),
  route({
    method: "DELETE",
    path: "journal",
    summary: "Empties the journal.",
    status: 204,
    handle: (world) => world.journal.clear(),
  }),
  route({
    method: "GET",
    path: "faults",
    summary: "The faults that are left for the next requests, those by chance, and the seed.",
    status: 200,
    answer: z.object({ next: z.array(faultSchema), chance: chanceSchema.extend({ seed: z.int() }) }),
    handle: (world) => world.faults.state,
  }),
  route({
    method: "PUT",
    path: "faults",
    summary: "Replaces the faults for the next requests.",
    body: z.array(faultSchema),
    status: 204,
    handle: (world, { body }) => world.faults.set(body),
  }),
  route({
    method: "PUT",
    path: "faults/chance",
    summary: "Replaces the faults by chance.",
    body: chanceSchema,
    status: 204,
    handle: (world, { body }) => world.faults.byChance(body),
  }),
  route({
    method: "GET",
    path: "switches",
    summary: "How the open questions are answered now.",
    status: 200,
    answer: anObject,
    handle: (world) => world.switches,
  }),
  route({
    method: "PUT",
    path: "switches",
    summary: "Answers some open questions; the others stay.",
    body: anObject,
    status: 200,
    answer: anObject,
    handle(world, { body }) {
      turn(world.switches, body);
      return world.switches;
    },
  }),
  route({
    method: "GET",
    path: "packages",
    summary: "The installed packages, secrets included; scopes as they were last given.",
    status: 200,
    answer: z.array(packageSchema),
    handle: (world) => world.packages.state,
  }),
  route({
    method: "PATCH",
    path: "packages/{id}",
    summary: "Changes the package with this client id as somebody in Setup would.",
    body: packageChange,
    status: 204,
    handle: (world, { id, body }) => there(world.packages.change(id, body), id),
  }),
  route({
    method: "POST",
    path: "clock",
    summary: "Moves the clock; answers when all that became due is done.",
    body: clockChange,
    status: 200,
    answer: z.object({ now: z.number().describe("Milliseconds since the epoch.") }),
    async handle(world, { body }) {
      await world.clock.advance(body.advanceSeconds);
      return { now: world.clock.now() };
    },
  }),
  route({
    method: "POST",
    path: "reset",
    summary: "No objects, journal and faults; switches and chance as at the start.",
    status: 204,
    handle: (world) => world.reset(),
  }),
];

function there(done: boolean, id: string): void {
  if (!done) throw new NotThere(`there is no ${id}`);
}
