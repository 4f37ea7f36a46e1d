/**
 * Returns whether a callback is verified. ENS documents no complete list of statuses, and only this one means that the
 * callback is ready. Source: ENS REST contract §11 #18.
 */
export function isVerified(status: string | null | undefined): boolean {
  return status?.toLowerCase() === "verified";
}
