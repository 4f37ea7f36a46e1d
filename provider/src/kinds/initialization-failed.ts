/** The object exists in ENS but is not usable yet. It must be kept, and the next update goes on with it. */
export class InitializationFailed extends Error {
  override readonly name = "InitializationFailed";
  /** Not called `id`: the dynamic host takes any error with an `id` for a half-made object. */
  readonly resourceId: string;
  readonly state: object;

  constructor(resourceId: string, state: object, message: string, options?: ErrorOptions) {
    super(message, options);
    this.resourceId = resourceId;
    this.state = state;
  }
}
