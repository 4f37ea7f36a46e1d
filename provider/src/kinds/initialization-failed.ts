/** The object exists in ENS but is not usable yet. Pulumi must keep it in the state, and the next update continues. */
export class InitializationFailed extends Error {
  override readonly name = "InitializationFailed";
  /** Not called `id`, because Pulumi's dynamic provider treats any error with an `id` as a partial failure. */
  readonly resourceId: string;
  readonly state: object;

  constructor(resourceId: string, state: object, message: string, options?: ErrorOptions) {
    super(message, options);
    this.resourceId = resourceId;
    this.state = state;
  }
}
