const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Warns of an id that is not a GUID. All ids in ENS's documentation are GUIDs, but ENS does not guarantee it. Source: ENS REST contract §2. */
export function warnOfStrangeId(property: string, id: string | undefined, wayOut: string): string[] {
  if (id === undefined || GUID.test(id)) return [];
  return [`${property} is not a GUID, but all known ids of ENS are GUIDs; ${wayOut}`];
}
