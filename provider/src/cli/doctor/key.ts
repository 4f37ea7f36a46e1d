import { reason } from "../../ens/errors";
import { readKey } from "../check-receiver/secrets";
import { failed, ok, type Result, skipped, warning } from "./result";
import type { Visit } from "./visit";

/** All known keys of ENS have this length. Source: ENS REST contract §2.1. */
const USUAL_BYTES = 32;

/** Whether a file holds a signature key in the form in which ENS gives it. Which callback it is for cannot be seen. */
export async function checkKey({ wishes: { keyFile, keyName } }: Visit): Promise<Result[]> {
  const subject = "signature key";
  if (keyFile === undefined) return [skipped(subject, "No file is given: --key-file names one.")];
  try {
    const bytes = Buffer.from(readKey("--key-file", keyFile, keyName), "base64").length;
    if (bytes === USUAL_BYTES) return [ok(subject, `The file holds a key of ${bytes} bytes in base64.`)];
    const text = `The key in the file has ${bytes} bytes, and all known keys of ENS have ${USUAL_BYTES}.`;
    return [warning(subject, text, "Compare it with the output signatureKey of the stack.")];
  } catch (error) {
    const text = reason(error);
    const advice = "Write it as `pulumi stack output signatureKey --show-secrets` prints it.";
    return [failed(subject, `${text[0]?.toUpperCase()}${text.slice(1)}.`, advice)];
  }
}
