/** Where ENS is and who we are there. A file of its own: programs check its types, and not all can check zod's. */
export interface Access {
  /** Origin of the REST API, without a trailing slash. */
  readonly restUrl: string;
  /** Origin of the token endpoint, without a trailing slash. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The business unit (MID) to act in; the package's own one when left out. */
  readonly accountId?: string;
}
