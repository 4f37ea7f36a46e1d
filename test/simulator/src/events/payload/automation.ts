import type { Family } from "./payload";

/**
 * Automation Studio. Fields documented; the full names of those below `info` are not, and assumed. A file is what a
 * FileDrop starts by. Source: ENS REST contract §8.3.
 */
export const automation: Family = (name, { now, random }, { automationType = "Schedule" }) => {
  const file = {
    automationInstanceFileName: "orders.csv",
    automationInstanceFileLocation: "Enhanced SFTP",
    automationInstanceRelativePath: "/import",
  };
  return {
    automationName: "nightly import",
    automationCustomerKey: "nightly-import",
    automationType,
    automationInstanceID: random.uuid("automation"),
    automationInstanceStatus: name.replace("AutomationInstance", ""),
    info: automationType === "FileDrop" ? file : { automationInstanceScheduledTime: new Date(now).toISOString() },
  };
};
