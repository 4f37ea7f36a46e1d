/** Nobody verifies the callback, so that there is no key to wait for. */
export function none(): undefined {
  return undefined;
}
