import { deleteCallback, deleteSubscription, listSubscriptionNames } from "../ens/api";
import { reason } from "../ens/errors";
import { deleteUnlessUsed } from "../kinds/delete-unless-used";
import type { Run } from "../run/run";
import { confirm } from "./shared/confirm";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { withRun } from "./shared/open-run";
import { JSON_OPTION, YES_OPTION } from "./shared/options";
import { readUnit } from "./shared/read-unit";
import { many, tableText } from "./shared/table";
import type { Terminal } from "./shared/terminal";
import { UsageError } from "./shared/usage-error";
import { type Doomed, type Plan, planSweep } from "./sweep-plan";

export const sweep = defineCommand(
  {
    name: "sweep",
    summary: "deletes what has names with a common beginning, after a test for example",
    about:
      "Deletes the subscriptions and then the callbacks whose names begin with a text, as tests leave them. It lists them " +
      "and asks first. Names that look as if pulumi-ens generated them are left alone, because a stack may hold these " +
      "objects; so are callbacks with subscriptions that stay.",
    options: {
      prefix: { type: "string", value: "text", text: "how the names begin; upper and lower case differ" },
      "include-generated": { type: "boolean", text: "deletes objects with generated names, too" },
      "dry-run": { type: "boolean", text: "lists what would be deleted, and deletes nothing" },
      ...YES_OPTION,
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "All that was listed is deleted, or there was nothing, or it is a dry run.", 1: "Something is left." },
  },
  async ({ values }, terminal) => {
    const { prefix = "" } = values;
    if (prefix.trim() === "")
      throw new UsageError("--prefix <text> is missing: without it, everything would be deleted");
    return withRun(terminal, async (run) => {
      const plan = planSweep(await readUnit(run, terminal), prefix, values["include-generated"]);
      const list = values.json ? terminal.note : terminal.print;
      const isDry = values["dry-run"];
      const count = plan.subscriptions.length + plan.callbacks.length;
      if (!values.json || (!isDry && count > 0)) list(planText(terminal, plan, prefix));
      const done = (failed: readonly Failure[], deleted: Plan) => {
        if (values.json) printJson(terminal, { dryRun: isDry, ...plan, deleted, failed });
        return failed.length === 0 ? 0 : 1;
      };
      if (isDry || count === 0) return done([], NOTHING);
      if (!(await confirm(terminal, `Delete ${countText(plan)}?`, values.yes))) {
        terminal.note("ens: nothing was deleted");
        return 1;
      }
      const { failed, deleted } = await deleteAll(run, terminal, plan);
      for (const { name, problem } of failed) terminal.note(`ens: ${name} is left: ${problem}`);
      if (!values.json) terminal.print(`Deleted ${countText(deleted)}.`);
      return done(failed, deleted);
    });
  },
);

type Deleted = Pick<Plan, "subscriptions" | "callbacks">;
interface Failure extends Doomed {
  readonly problem: string;
}

const NOTHING: Plan = { subscriptions: [], callbacks: [], kept: [] };

async function deleteAll(run: Run, terminal: Terminal, plan: Plan) {
  const failed: Failure[] = [];
  let done = 0;
  const deleteEach = async (all: readonly Doomed[], deleteIt: (one: Doomed) => Promise<void>) => {
    const gone = await Promise.all(
      all.map(async (one) => {
        try {
          await deleteIt(one);
          done += 1;
          terminal.progress(`deleted ${done} of ${plan.subscriptions.length + plan.callbacks.length}`);
          return [one];
        } catch (error) {
          failed.push({ ...one, problem: reason(error) });
          return [];
        }
      }),
    );
    return gone.flat();
  };
  const subscriptions = await deleteEach(plan.subscriptions, ({ id }) => deleteSubscription(run.ens, id));
  const callbacks = await deleteEach(plan.callbacks, ({ id, name }) =>
    deleteUnlessUsed(
      run,
      { id, object: `callback ${name}`, delete: () => deleteCallback(run.ens, id) },
      { noun: "subscription", advice: "Delete them first.", find: () => findUsers(run, id) },
    ),
  );
  return { failed, deleted: { ...NOTHING, subscriptions, callbacks } };
}

async function findUsers(run: Run, callbackId: string) {
  const found = await listSubscriptionNames(run.ens, callbackId);
  return { blockers: found.map(({ subscriptionId: id, subscriptionName: name }) => ({ id, name })) };
}

function planText(terminal: Terminal, plan: Plan, prefix: string): string {
  const rows = [
    ...plan.subscriptions.map(({ id, name }) => ["delete", "subscription", id, name, ""]),
    ...plan.callbacks.map(({ id, name }) => ["delete", "callback", id, name, ""]),
    ...plan.kept.map(({ kind, id, name, why }) => ["keep", kind, id, name, why]),
  ];
  if (rows.length === 0) return `Nothing has a name that begins with ${JSON.stringify(prefix)}.`;
  return tableText(terminal, ["", "kind", "id", "name", "why"], rows);
}

const countText = ({ subscriptions, callbacks }: Deleted) =>
  `${many(subscriptions.length, "subscription")} and ${many(callbacks.length, "callback")}`;
