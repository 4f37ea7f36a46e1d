import { connect } from "node:net";

const ANSWER_MS = 2000;

let met: Promise<boolean> | undefined;

/** To be called when the process starts: only an engine that was there can be missed later. */
export function meetEngine(): void {
  met ??= accepts(process.argv[2]);
}

/**
 * Whether the engine that started this process is still there. Its address is the process's first argument. When its CLI is
 * killed, the process lives on, and the address refuses connections at once. Where the address is not known, or was never
 * met, nothing can be said, and the engine counts as there.
 */
export async function isEngineThere(): Promise<boolean> {
  if (met === undefined || !(await met)) return true;
  return accepts(process.argv[2]);
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
