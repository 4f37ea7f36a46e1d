import { type DocumentedType, EVENT_TYPES } from "pulumi-ens-receiver/internal";
import { keysOf } from "../ens/catalogue";
import { SampleEvents } from "./check-receiver/events";
import { parseEventType } from "./check-receiver/values";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { JSON_OPTION } from "./shared/options";
import { countOf, tableText } from "./shared/table";

const TYPES = Object.keys(EVENT_TYPES) as DocumentedType[];

export const events = defineCommand(
  {
    name: "events",
    summary: "List the documented event types with filter keys and samples",
    about:
      "Lists the event types that ENS documents with the keys that filters may use, or shows one event type with a sample " +
      "event. The values in samples are made up. The command sends no request and needs no settings.",
    parameters: [{ name: "type", text: "An event type, for example EngagementEvents.EmailOpen.", isOptional: true }],
    options: JSON_OPTION,
    exits: { 0: "The event types were printed." },
  },
  async ({ values, parameters: [given] }, terminal) => {
    const types = given === undefined ? TYPES : [parseEventType(given)];
    const described = types.map((type) => ({
      type,
      filterKeys: keysOf(type),
      sample: new SampleEvents([type]).one(type),
    }));
    if (values.json) {
      printJson(terminal, { events: described });
    } else if (given === undefined) {
      const rows = described.map(({ type, filterKeys }) => [type, filterKeys.join(", ") || "–"]);
      const end = `${countOf(types.length, "event type")}. Run \`ens events <type>\` for a sample. ENS may add event types that are not in this list.`;
      terminal.print(`${tableText(terminal, ["type", "filter keys"], rows)}\n${terminal.paint("dim", end)}`);
    } else {
      for (const { type, filterKeys, sample } of described) {
        const keys =
          filterKeys.length === 0 ? "No filter keys are documented." : `Filter keys: ${filterKeys.join(", ")}.`;
        terminal.print(`${type}\n${keys}\n\n${JSON.stringify([sample], undefined, 2)}`);
      }
    }
    return 0;
  },
);
