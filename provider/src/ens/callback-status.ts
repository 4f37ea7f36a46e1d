/** ENS's words for the state of a callback are open; only this one means ready. Source: ENS REST contract §11 #18. */
export function isVerified(status: string | null | undefined): boolean {
  return status?.toLowerCase() === "verified";
}
