import type { HostActivities } from '../../activities/activities.js';

/** How a step that changes something is put under fire. */
export interface UnderFire {
  /** The release whose deployment comes to this step: a good one, or a bad one on its way back. */
  release: 'good' | 'bad';
  /** When `during` strikes, in milliseconds after the step's start: while it is at work. */
  duringMs: number;
  /** Which service's step is struck, where there is one for each. */
  service?: string;
}

/**
 * Every step of a host, with what the kill matrix does about it. A new step has to be entered here: the matrix compares
 * this list with the registry of the activities. `looks`: it changes nothing, so that to be killed means to look again.
 * `needs-registry`: it changes no more than `buildImage`, by the same code, but only against a registry.
 */
export const STEPS_UNDER_FIRE: Record<keyof HostActivities, UnderFire | 'looks' | 'needs-registry'> = {
  beginRun: { release: 'good', duringMs: 10 },
  freezeConfig: { release: 'good', duringMs: 150 },
  preflight: 'looks',
  captureStack: { release: 'good', duringMs: 60 },
  buildImage: { release: 'good', duringMs: 400, service: 'api' },
  pullImage: 'needs-registry',
  planDeployment: 'looks',
  replaceService: { release: 'good', duringMs: 350, service: 'api' },
  awaitHealth: 'looks',
  watchStability: 'looks',
  noteLogBaseline: 'looks',
  scanLogs: 'looks',
  testEndpoints: 'looks',
  stopService: { release: 'bad', duringMs: 60, service: 'api' },
  restoreService: { release: 'bad', duringMs: 350, service: 'api' },
  clearUp: { release: 'bad', duringMs: 20 },
  restoreTags: { release: 'bad', duringMs: 20 },
  recordRelease: { release: 'good', duringMs: 60 },
  writeResult: { release: 'good', duringMs: 5 },
};

/** The rows of the kill matrix. */
export function stepsUnderFire(): [string, UnderFire][] {
  return Object.entries(STEPS_UNDER_FIRE).filter((entry): entry is [string, UnderFire] => typeof entry[1] === 'object');
}
