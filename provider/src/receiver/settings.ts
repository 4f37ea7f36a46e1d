/** Where ENS is and who the receiver is there. */
export interface Settings {
  /** Origin of the REST API, without a trailing slash. */
  readonly restUrl: string;
  /** Origin of the token endpoint, without a trailing slash. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The business unit (MID) to act in; the package's own one when left out. */
  readonly accountId?: string;
}
