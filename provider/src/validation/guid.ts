const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** All ids that the service's pages show are GUIDs; nothing promises it. Source: ENS REST contract §2. */
export function warnOfStrangeId(property: string, id: string | undefined, wayOut: string): string[] {
  if (id === undefined || GUID.test(id)) return [];
  return [`${property} is not a GUID, and every known id of ENS is one; ${wayOut}`];
}
