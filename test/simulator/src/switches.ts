/**
 * Choices that no document settles; each default is an assumption. Source: ENS REST contract §11.2.
 * The first alternative of each row is the default.
 */
export const SWITCHES = {
  /** GET of auth schemes: 404, 405, or working. #3 */
  authGet: ["off", "off-405", "on"],
  /** Spelling of a scheme's id in answers. #2 */
  authIdCase: ["authId", "authID", "both"],
  /** PUT gives a scheme a new id. #5 */
  rotateAuthIdOnPut: ["off", "on"],
  /** Status of a delete while callbacks use the scheme. #6 */
  authInUseStatus: ["409", "400"],
  /** Really ask `authUrl` for a token on POST and PUT. #7 */
  callAuthUrl: ["on", "off"],
  /** Whether `null` or `""` on PUT detaches a callback's scheme. #8 */
  authIdClear: ["null-or-empty", "ignored"],
  /** Whether a callback shows its `authId`. #9 */
  exposeAuthId: ["on", "off"],
  /** PUT callback without `maxBatchSize` resets it to 1000. #13 */
  putResetsDefaults: ["off", "on"],
  /** PUT subscription without `filters`. #14 */
  filtersOmitted: ["keep", "clear"],
  /** Duplicate create; `auto` is 304 for same name and url, 400 for same url only. #17 */
  duplicateStatus: ["auto", "304", "400", "409"],
  /** Status text before verification. #18 */
  unverifiedStatus: ["unverified", "pending"],
  /** Verify of a verified callback. #20 */
  reverify: ["404", "200", "304", "400"],
  /** A callback whose probe failed stays and blocks its url. #22 */
  orphanOnProbeFailure: ["on", "off"],
  /** Subscription on an unverified callback. #24 */
  unverifiedCallbackStatus: ["400", "409"],
  /** The 201st subscription of a callback. #25 */
  limitStatus: ["400", "409"],
  /** Unknown event type or filter key. #26 */
  unknownTypes: ["refuse", "accept"],
  /** Lists and sets come back in another order. #27 */
  shuffle: ["off", "on"],
  /** Pause a paused or resume an active subscription, and nothing else. #28 */
  repeatTransition: ["304", "400", "409"],
  /** Body of a successful DELETE. #31 */
  deleteBody: ["empty", "json", "text"],
  /** A list without elements. #33 */
  emptyList: ["200", "404"],
  /** Lists as an array, or as an object with `items`. #34 */
  listShape: ["array", "items"],
  /** Token without the scope that a route asks for. #36 */
  missingScope: ["403", "401"],
  /** Key material of the signature: decoded, or the characters of `signatureKey`. #39 */
  hmacKeyMode: ["decoded", "utf8"],
} as const;

export type Switches = { -readonly [Name in keyof typeof SWITCHES]: (typeof SWITCHES)[Name][number] };

export function defaults(): Switches {
  return Object.fromEntries(Object.entries(SWITCHES).map(([name, [first]]) => [name, first])) as Switches;
}

/** Sets some switches. Throws on a name or an alternative that is not there, saying which are. */
export function turn(switches: Switches, changes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(changes)) {
    const alternatives: readonly string[] | undefined = Object.hasOwn(SWITCHES, name)
      ? SWITCHES[name as keyof Switches]
      : undefined;
    if (alternatives === undefined) {
      throw new Error(`there is no switch ${name}; there are ${Object.keys(SWITCHES).join(", ")}`);
    }
    if (!alternatives.includes(String(value))) {
      throw new Error(`switch ${name} cannot be ${JSON.stringify(value)}; it can be ${alternatives.join(", ")}`);
    }
    Object.assign(switches, { [name]: String(value) });
  }
}
