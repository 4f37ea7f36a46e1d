/** Code that `pulumi-ens` shares with this package. Other programs should not use it, because any version may change it. */
export {
  type Access,
  type AccessSetting,
  findAccessProblems,
  problemOfAccount,
  readAccess,
  type SettingProblem,
} from "./ens/access";
export { type DocumentedType, EVENT_TYPES, type EventType, type FilterKey } from "./ens/catalogue";
export { environmentSource, type SettingsSource, variableName } from "./ens/environment";
export { isLoopback } from "./ens/loopback";
export { reason } from "./ens/reason";
export { type Probe, VERIFICATION_ROUTES } from "./ens/routes";
export { otherTenant } from "./ens/tenant";
export { typeProblem } from "./type-problem";
