import { createHash } from 'node:crypto';
import type { Engine } from './engine.js';

/** One component of an image's path as registries and engines accept it. */
const LEGAL_COMPONENT = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;

/**
 * The name under which we keep an image from being pruned: `evenkeel/<stack>/<service>:<release>`. A stack or service
 * whose name is no legal part of an image reference (`My_App`, `x-`) appears as `x--` and 24 hex digits of its sha256;
 * the release's record says whose pin it is. Containers of one service with different images get `:<release>-<number>`.
 */
export function pinName(stack: string, service: string, release: string, number?: number): string {
  const version = number === undefined ? release : `${release}-${number}`;
  return `evenkeel/${component(stack)}/${component(service)}:${version}`;
}

/** The name under which a run that waits keeps an image it has made: `evenkeel/<stack>/aside:<24 hex digits>`. */
export function asidePin(stack: string, runId: string, reference: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([runId, reference]))
    .digest('hex');
  return `evenkeel/${component(stack)}/aside:${digest.slice(0, 24)}`;
}

function component(name: string): string {
  if (LEGAL_COMPONENT.test(name) && !name.startsWith('x--')) return name;
  return `x--${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
}

/** Pins an image, whatever references to it exist; returns the pin, or undefined when the image is gone already. */
export async function pinImage(engine: Engine, imageId: string, pin: string): Promise<string | undefined> {
  if ((await engine.imageId(imageId)) === null) return undefined;
  await engine.tag(imageId, pin);
  return pin;
}
