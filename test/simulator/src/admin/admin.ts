import { type Body, objectOf } from "../api/field";
import { Refusal } from "../api/refusal";
import type { Reply } from "../api/service";
import { emit } from "../events/delivery";
import type { Fault } from "../http/fault";
import type { Collection } from "../store";
import { turn } from "../switches";
import type { World } from "../world";

/** The admin API, below `/_simulator`: to look, to change things behind a client's back, and to emit events. */
export async function administer(world: World, method: string, path: string, raw: string): Promise<Reply> {
  const [first = "", id = ""] = path.split("/").filter((part) => part !== "");
  try {
    const body: unknown = raw === "" ? undefined : JSON.parse(raw);
    switch (`${method} ${first}`) {
      case "GET state":
        return { status: 200, body: world.store.state };
      case "PATCH callbacks":
      case "PATCH subscriptions":
      case "PATCH authentications":
        return found(world.store.patch(first as Collection, id, objectOf(body)));
      case "DELETE callbacks":
      case "DELETE subscriptions":
      case "DELETE authentications":
        return found(world.store.remove(first as Collection, id));
      case "POST events":
        return { status: 200, body: { deliveries: await emit(world, world.customerTokens, event(body)) } };
      case "GET journal":
        return { status: 200, body: world.journal.entries };
      case "DELETE journal":
        world.journal.clear();
        return { status: 204 };
      case "PUT faults":
        if (!Array.isArray(body)) throw new Error("faults are a list");
        world.faults.set(body as Fault[]);
        return { status: 204 };
      case "PUT switches":
        turn(world.switches, objectOf(body));
        return { status: 200, body: world.switches };
      case "POST clock":
        world.clock.advance(seconds(objectOf(body)));
        return { status: 200, body: { now: world.clock.now() } };
      case "POST reset":
        world.reset();
        return { status: 204 };
      default:
        return { status: 404, body: { message: `the admin API has no ${method} ${path}` } };
    }
  } catch (error) {
    const known = error instanceof Refusal || error instanceof Error;
    return { status: 400, body: { message: known ? error.message : String(error) } };
  }
}

const found = (done: boolean): Reply => (done ? { status: 204 } : { status: 404, body: { message: "no such object" } });

function event(body: unknown): Body {
  const given = objectOf(body);
  if (typeof given.eventCategoryType !== "string") throw new Error("an event needs its eventCategoryType");
  return given;
}

function seconds({ advanceSeconds }: Body): number {
  if (typeof advanceSeconds !== "number" || !(advanceSeconds >= 0)) throw new Error("give advanceSeconds, 0 or more");
  return advanceSeconds;
}
