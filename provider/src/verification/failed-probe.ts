/**
 * Says what to do after a failed verification request, judging by ENS's message. The keywords come from .NET, and only
 * `NameResolutionFailure` is documented. Source: ENS REST contract §2.1.
 */
export function adviceForFailedProbe(message: string): string {
  if (/NameResolutionFailure|ConnectFailure/.test(message)) {
    return "Check the host in `url`, because ENS could not connect to it. Then run 'pulumi up' again.";
  }
  if (message.includes("TrustFailure")) {
    return "Check the certificate of the host in `url`, because ENS does not trust it. Then run 'pulumi up' again.";
  }
  return "Make the receiver return 200 to ENS's verification request. Then run 'pulumi up' again.";
}
