import { checkReceiverCommand } from "./check-receiver/index";
import type { Command } from "./command";
import { doctor } from "./doctor/index";
import { drift } from "./drift";
import { events } from "./events";
import { get } from "./get";
import { graph } from "./graph/index";
import { importCommand } from "./import/index";
import { list } from "./list";
import { rotateKey } from "./rotate-key";
import type { DescribedCommand } from "./shared/define-command";
import { sweep } from "./sweep";
import { trigger } from "./trigger";
import { verify } from "./verify";

/** All commands, in the order of the help and of docs/cli.md. */
export const DESCRIBED: readonly DescribedCommand[] = [
  doctor,
  list,
  get,
  graph,
  verify,
  rotateKey,
  sweep,
  trigger,
  checkReceiverCommand,
  events,
  importCommand,
  drift,
];

/** All commands by name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  DESCRIBED.map((command) => [command.description.name, command]),
);
