/** An error response, with the body of all REST errors. Documented. Source: ENS REST contract §9.1. */
export class Refusal extends Error {
  readonly status: number;
  readonly errorcode: number;

  constructor(status: number, errorcode: number, message: string) {
    super(message);
    this.status = status;
    this.errorcode = errorcode;
  }

  get body(): object {
    return { message: this.message, errorcode: this.errorcode, documentation: "" };
  }
}

export const missing = (what: string) => new Refusal(400, 10002, `${what} is required.`);
export const wrongType = (what: string) => new Refusal(400, 10001, `${what} has the wrong type.`);
export const wrongFormat = (what: string) => new Refusal(400, 10003, `${what} has the wrong format.`);
export const invalid = (what: string) => new Refusal(400, 10005, `${what} has an invalid value.`);
/** The errorcode 404 was recorded. The documented table says 30003. Observed. Source: §9.2, §13 C16. */
export const notFound = () => new Refusal(404, 404, "Not Found");
/** The documented response when nothing changes or the object exists. It has no body. Source: §9.1. */
export const unchanged = () => new Refusal(304, 0, "");
