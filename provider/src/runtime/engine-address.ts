import { connect } from "node:net";

const ANSWER_MS = 2000;

/**
 * Where the engine listens that started this process. When its CLI is killed, the process lives on, and the address refuses
 * connections at once. Where the address is not known, or was never met, nothing can be said, and the engine counts as
 * there.
 */
export class EngineAddress {
  readonly #address: string | undefined;
  #met: Promise<boolean> | undefined;

  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** To be called when the process starts: only an engine that was there can be missed later. */
  meet(): void {
    this.#met ??= accepts(this.#address);
  }

  async isThere(): Promise<boolean> {
    if (this.#met === undefined || !(await this.#met)) return true;
    return accepts(this.#address);
  }
}

async function accepts(address: string | undefined): Promise<boolean> {
  const [, host, port] = /^(?:\[?([\w.:-]+?)\]?):(\d+)$/.exec(address ?? "") ?? [];
  if (host === undefined || port === undefined) return false;
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: ANSWER_MS });
    const end = (there: boolean) => {
      socket.destroy();
      resolve(there);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(true)); // it is busy
    socket.once("error", ({ code }: NodeJS.ErrnoException) => end(code !== "ECONNREFUSED"));
  });
}
