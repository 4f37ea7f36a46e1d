import { spawn } from "node:child_process";
import { fileProblem } from "./file-problem";

/** The end of what a program wrote, for the error. */
const SHOWN = 500;
const LARGEST_BYTES = 64 * 1024;

/**
 * Runs a program of the user: no shell, nothing secret in its arguments. Resolves with what it printed, without the
 * white space around; rejects when it fails, with a message that goes on after the program's name: the end of what it
 * wrote to stderr, without its arguments. `kill` ends it and all that it started.
 */
export function runProgram(
  [program = "", ...args]: readonly string[],
  given: { readonly env?: Record<string, string>; readonly stdin?: string; readonly secrets?: readonly string[] },
): { readonly output: Promise<string>; readonly kill: () => void } {
  const child = spawn(program, args, {
    env: { ...process.env, ...given.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: process.platform !== "win32", // a group of its own, so that all of it can be killed
  });
  let [printed, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    printed = (printed + chunk).slice(0, LARGEST_BYTES);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk).slice(-LARGEST_BYTES);
  });
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(given.stdin ?? "");
  const output = new Promise<string>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`did not start: ${fileProblem(cause)}`, { cause })));
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(printed.trim());
      const secrets = [printed.trim(), process.env.ENS_CLIENT_SECRET ?? "", ...args, ...(given.secrets ?? [])];
      const said = maskSecrets(errors.trim(), secrets).slice(-SHOWN);
      reject(new Error(`ended with ${code ?? signal}${said === "" ? "" : `: ${said}`}`));
    });
  });
  const kill = () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  };
  return { output, kill };
}

function maskSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}
