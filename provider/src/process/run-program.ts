import { spawn } from "node:child_process";
import { fileProblem } from "./file-problem";

/** How many characters of the end of stderr an error shows. */
const SHOWN = 500;
const LARGEST_BYTES = 64 * 1024;

/**
 * Runs a program of the user without a shell. `output` resolves with what the program printed, without white space at both
 * ends. When the program fails, `output` rejects with a message that continues a sentence after the program's name. The
 * message contains the end of stderr, without arguments and secrets. `kill` ends the program and its child processes.
 */
export function runProgram(
  [program = "", ...args]: readonly string[],
  given: { readonly env?: Record<string, string>; readonly stdin?: string; readonly secrets?: readonly string[] },
): { readonly output: Promise<string>; readonly kill: () => void } {
  const child = spawn(program, args, {
    env: { ...process.env, ...given.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: process.platform !== "win32", // a process group, so that child processes can be killed as well
  });
  let [printed, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    printed = (printed + chunk).slice(0, LARGEST_BYTES);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk).slice(-LARGEST_BYTES);
  });
  child.stdin.on("error", () => {}); // the program may exit without reading
  child.stdin.end(given.stdin ?? "");
  const output = new Promise<string>((resolve, reject) => {
    child.once("error", (cause) => reject(new Error(`did not start: ${fileProblem(cause)}`, { cause })));
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(printed.trim());
      const secrets = [printed.trim(), process.env.ENS_CLIENT_SECRET ?? "", ...args, ...(given.secrets ?? [])];
      const said = maskSecrets(errors.trim(), secrets).slice(-SHOWN);
      const end = code === null ? `was ended by ${signal}` : `exited with code ${code}`;
      reject(new Error(`${end}${said === "" ? "" : `: ${said}`}`));
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
