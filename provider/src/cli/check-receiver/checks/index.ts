import type { Check } from "../check";
import { reachable, redirect, tls, url } from "./address";
import { wrongBearer } from "./bearer";
import { parallel, signedBatch1, signedBatch1000 } from "./delivery";
import { probe, verification } from "./handshake";
import { duplicate, singleObject, slowBody, unknownEventType } from "./shape";
import { badSignature, missingSignature, signatureOfParsedBody, tamperedBody } from "./signature";

/** All checks, in the order in which they run. Each check needs earlier checks only. */
export const CHECKS: readonly Check[] = [
  url,
  reachable,
  tls,
  probe,
  verification,
  signedBatch1,
  signedBatch1000,
  badSignature,
  missingSignature,
  tamperedBody,
  signatureOfParsedBody,
  duplicate,
  singleObject,
  unknownEventType,
  slowBody,
  wrongBearer,
  parallel,
  redirect,
];

/** Checks that all others need. They run unless `--skip` names them. */
export const ALWAYS: readonly string[] = [url.id, reachable.id];
