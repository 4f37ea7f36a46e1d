import type { Check } from "../check";
import { reachable, redirect, tls, url } from "./address";
import { wrongBearer } from "./bearer";
import { parallel, signedBatch1, signedBatch1000 } from "./delivery";
import { probe, verification } from "./handshake";
import { duplicate, singleObject, slowBody, unknownEventType } from "./shape";
import { badSignature, missingSignature, signatureOfParsedBody, tamperedBody } from "./signature";

/** In the order in which they run: each needs earlier ones only. */
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

/** Without these, no other check says anything: they run unless they are left out by name. */
export const ALWAYS: readonly string[] = [url.id, reachable.id];
