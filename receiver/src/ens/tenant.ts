const TENANT = /^([a-z0-9-]+)\.(?:rest|auth)\.marketingcloudapis\.com$/i;

/**
 * The tenant that an address belongs to when it is not the one of `restUrl`; `undefined` when both are the same, or when
 * either is no tenant's host. Calls go to `restUrl` alone: a token answer's `rest_instance_url` is compared, never used.
 */
export function otherTenant(restUrl: string, address: string): string | undefined {
  const [ours, theirs] = [restUrl, address].map((url) =>
    TENANT.exec(URL.parse(url)?.hostname ?? "")?.[1]?.toLowerCase(),
  );
  return ours !== undefined && theirs !== undefined && ours !== theirs ? theirs : undefined;
}
