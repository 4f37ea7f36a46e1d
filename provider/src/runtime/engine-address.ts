import { connect } from "node:net";

const CONNECT_TIMEOUT_MS = 2000;

/**
 * Address of the engine that started this process. This process outlives a CLI that is killed, and the address then refuses
 * connections immediately. When the address is unknown or never accepted a connection, the engine counts as running.
 */
export class EngineAddress {
  readonly #address: string | undefined;
  #wasReachable: Promise<boolean> | undefined;

  constructor(address: string | undefined) {
    this.#address = address;
  }

  /** Checks the address when the process starts. Only an engine that was reachable can be missed later. */
  checkOnce(): void {
    this.#wasReachable ??= accepts(this.#address);
  }

  /** Returns whether the engine is running, or cannot be checked. */
  async isRunning(): Promise<boolean> {
    if (this.#wasReachable === undefined || !(await this.#wasReachable)) return true;
    return accepts(this.#address);
  }
}

/** Returns whether the address accepts connections. */
async function accepts(address: string | undefined): Promise<boolean> {
  const [, host, port] = /^(?:\[?([\w.:-]+?)\]?):(\d+)$/.exec(address ?? "") ?? [];
  if (host === undefined || port === undefined) return false;
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: CONNECT_TIMEOUT_MS });
    const end = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(true)); // the engine is busy
    socket.once("error", ({ code }: NodeJS.ErrnoException) => end(code !== "ECONNREFUSED"));
  });
}
