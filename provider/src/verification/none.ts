/** Leaves the callback unverified, so there is no key to wait for. */
export function none(): undefined {
  return undefined;
}
