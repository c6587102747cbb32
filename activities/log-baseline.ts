import path from 'node:path';
import { encodeName } from '../src/store/layout.js';
import { ownRunFolder } from './run-place.js';
import type { World } from './world.js';

/** What the version before logged, kept in the run's folder. */
export interface LogBaseline {
  /** Keys of its findings (`keyOf`), redacted. */
  known: string[];
}

/** Where that of a service is, absolute. */
export function baselineFile(world: Pick<World, 'layout'>, stack: string, service: string): string {
  return path.join(scanFolder(world, stack), 'baseline', `${encodeName(service)}.json`);
}

/** Where the findings of a service are kept whole. `project` is the twin's where the twin was scanned. */
export function findingsFile(
  world: Pick<World, 'layout'>,
  where: { stack: string; project: string; service: string },
): string {
  const twin = where.project === where.stack ? [] : ['twin'];
  return path.join(scanFolder(world, where.stack), ...twin, `${encodeName(where.service)}.json`);
}

function scanFolder(world: Pick<World, 'layout'>, stack: string): string {
  return path.join(ownRunFolder(world, stack), 'scan');
}
