import { z } from "zod";
import { packageChange, packageSchema } from "../api/packages";
import { deliverySchema, emissionSchema } from "../events/emission";
import { rejectUnknownTypes } from "../events/known-type";
import { chanceSchema, faultSchema } from "../http/fault";
import { journalQuery } from "../http/journal";
import type { Collection } from "../store";
import { setSwitches } from "../switches";
import { createdSchema, NEW_FIELDS, newObject } from "./new-object";
import { PATCHES } from "./objects";
import { type AdminRoute, NotFound, route } from "./route";

const COLLECTIONS = ["callbacks", "subscriptions", "authentications"] as const satisfies Collection[];

/** About a century. */
const MOST_SECONDS = 3_200_000_000;

const anObject = z.record(z.string(), z.unknown());
const event = z.looseObject({ eventCategoryType: z.string().describe("An event type of the catalogue.") });
const clockChange = z.strictObject({ advanceSeconds: z.number().min(0).max(MOST_SECONDS) });

/** All routes of the admin API, below `/_simulator/`. */
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
      summary: `Creates an object in ${collection} as an administrator in Setup does, without the rules of the API.`,
      body: NEW_FIELDS[collection],
      status: 200,
      answer: createdSchema,
      handle({ store, clock, packages, random }, { body }) {
        const mid = packages.state[0]?.owner ?? 0;
        const object = newObject(collection, body, { mid, now: clock.now(), random });
        store.add(collection, object);
        return { id: store.idOf(collection, object) };
      },
    }),
    route({
      method: "PATCH",
      path: `${collection}/{id}`,
      summary: `Updates an object in ${collection} as an administrator in Setup does, without the rules of the API.`,
      body: PATCHES[collection].partial(),
      status: 204,
      handle: (world, { id, body }) => throwUnlessFound(world.store.patch(collection, id, body), id),
    }),
    route({
      method: "DELETE",
      path: `${collection}/{id}`,
      summary: `Deletes an object in ${collection}, without the rules of the API.`,
      status: 204,
      handle: (world, { id }) => throwUnlessFound(world.store.remove(collection, id), id),
    }),
  ]),
  route({
    method: "POST",
    path: "events",
    summary:
      "Emits an event, or a list of events at the same time. Responds as soon as each delivery has succeeded, has " +
      "been given up, or waits for a later attempt.",
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
    summary: "The last deliveries and their outcomes, oldest first.",
    status: 200,
    answer: z.array(deliverySchema),
    handle: (world) => world.deliveries.list,
  }),
  route({
    method: "GET",
    path: "journal",
    summary: "Requests to the simulator and from it to receivers and authorization servers, oldest first.",
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
    summary: "The remaining faults for the next requests, the settings of the random faults, and the seed.",
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
    summary: "Replaces the settings of the random faults.",
    body: chanceSchema,
    status: 204,
    handle: (world, { body }) => world.faults.setChance(body),
  }),
  route({
    method: "GET",
    path: "switches",
    summary: "The current answers to the open questions.",
    status: 200,
    answer: anObject,
    handle: (world) => world.switches,
  }),
  route({
    method: "PUT",
    path: "switches",
    summary: "Sets some switches and leaves the others as they are.",
    body: anObject,
    status: 200,
    answer: anObject,
    handle(world, { body }) {
      setSwitches(world.switches, body);
      return world.switches;
    },
  }),
  route({
    method: "GET",
    path: "packages",
    summary: "The installed packages, secrets included, with the permissions that were set last.",
    status: 200,
    answer: z.array(packageSchema),
    handle: (world) => world.packages.state,
  }),
  route({
    method: "PATCH",
    path: "packages/{id}",
    summary: "Updates the package with this client id as an administrator in Setup does.",
    body: packageChange,
    status: 204,
    handle: (world, { id, body }) => throwUnlessFound(world.packages.change(id, body), id),
  }),
  route({
    method: "POST",
    path: "clock",
    summary: "Moves the clock. Responds when everything that became due is done.",
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
    summary: "Deletes all objects, the journal and the faults. Switches and random faults are as at the start.",
    status: 204,
    handle: (world) => world.reset(),
  }),
];

function throwUnlessFound(done: boolean, id: string): void {
  if (!done) throw new NotFound(`There is no object ${id}.`);
}
