import type { Family } from "./payload";

/**
 * Events of Automation Studio. The fields are documented, the full names of those below `info` are assumed. A FileDrop
 * automation has the fields of a file. Source: ENS REST contract §8.3.
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
