const TENANT = /^([a-z0-9-]+)\.(?:rest|auth)\.marketingcloudapis\.com$/i;

/**
 * Returns the tenant of a URL if it differs from the tenant of `restUrl`. Returns `undefined` when both are the same, or when
 * one of them is not the host of a tenant. Requests always use `restUrl`. The `rest_instance_url` of a token response is
 * only compared with it.
 */
export function otherTenant(restUrl: string, otherUrl: string): string | undefined {
  const [ours, theirs] = [restUrl, otherUrl].map((url) =>
    TENANT.exec(URL.parse(url)?.hostname ?? "")?.[1]?.toLowerCase(),
  );
  return ours !== undefined && theirs !== undefined && ours !== theirs ? theirs : undefined;
}
