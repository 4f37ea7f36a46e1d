import { type DocumentedType, EVENT_TYPES } from "pulumi-ens-receiver/internal";
import { keysOf } from "../ens/catalogue";
import { SampleEvents } from "./check-receiver/events";
import { typeOf } from "./check-receiver/values";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { JSON_OPTION } from "./shared/options";
import { many, tableText } from "./shared/table";

const TYPES = Object.keys(EVENT_TYPES) as DocumentedType[];

export const events = defineCommand(
  {
    name: "events",
    summary: "lists the event types that ENS documents, with filter keys and samples",
    about:
      "Lists the event types that ENS documents, with the keys that a filter may use; or shows one of them with a sample " +
      "event. Values in samples are made up. It calls nobody and needs no settings.",
    parameters: [{ name: "type", text: "an event type, for example EngagementEvents.EmailOpen", isOptional: true }],
    options: JSON_OPTION,
    exits: { 0: "The types are shown." },
  },
  async ({ values, parameters: [given] }, terminal) => {
    const types = given === undefined ? TYPES : [typeOf(given)];
    const described = types.map((type) => ({
      type,
      filterKeys: keysOf(type),
      sample: new SampleEvents([type]).one(type),
    }));
    if (values.json) {
      printJson(terminal, { events: described });
    } else if (given === undefined) {
      const rows = described.map(({ type, filterKeys }) => [type, filterKeys.join(", ") || "–"]);
      const end = `${many(types.length, "type")}; \`ens events <type>\` shows a sample. ENS's own list grows.`;
      terminal.print(`${tableText(terminal, ["type", "filter keys"], rows)}\n${terminal.paint("dim", end)}`);
    } else {
      for (const { type, filterKeys, sample } of described) {
        const keys =
          filterKeys.length === 0 ? "It has no documented filter keys." : `Filter keys: ${filterKeys.join(", ")}.`;
        terminal.print(`${type}\n${keys}\n\n${JSON.stringify([sample], undefined, 2)}`);
      }
    }
    return 0;
  },
);
