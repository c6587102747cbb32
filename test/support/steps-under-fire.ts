import type { HostActivities } from '../../activities/activities.js';

/** How a step that changes something is put under fire. */
export interface UnderFire {
  /**
   * The release whose deployment comes to this step: a good one; a bad one on its way back; or a good one that is backed up
   * and rehearsed before. That takes so long that the last is killed `during` only; the others leave both out.
   */
  release: 'good' | 'bad' | 'rehearsed';
  /** When `during` strikes, in milliseconds after the step's start: while it is at work. */
  duringMs: number;
  /** Which service's step is struck, where there is one for each. */
  service?: string;
}

/**
 * Every step of a host, with what the kill matrix does about it. A new step has to be entered here: the matrix compares
 * this list with the registry of the activities. `looks`: it changes nothing, so that to be killed means to look again.
 * `needs-registry`: it changes no more than `buildImages`, by the same code, but only against a registry. `when-aborted`: only a
 * deployment that is aborted comes to it, which is a test of its own. `of-schedules`: no deployment of the
 * matrix comes to it, as its stack schedules nothing; schedule.test.ts kills the worker in it. `of-restore`: no deployment comes to it; restore.test.ts kills
 * the worker in it. `of-approval`: a deployment comes to it only where people have to approve; approval.test.ts does the same.
 * `after-the-end`: it begins when the deployment is over; evidence.test.ts kills the worker in it.
 */
export const STEPS_UNDER_FIRE: Record<
  keyof HostActivities,
  | UnderFire
  | 'looks'
  | 'needs-registry'
  | 'when-aborted'
  | 'of-restore'
  | 'of-approval'
  | 'of-schedules'
  | 'after-the-end'
> = {
  watchHost: 'looks',
  beginRun: { release: 'good', duringMs: 10 },
  freezeConfig: { release: 'good', duringMs: 150 },
  preflight: 'looks',
  captureStack: { release: 'good', duringMs: 60 },
  buildImages: { release: 'good', duringMs: 400 },
  pullImage: 'needs-registry',
  planDeployment: 'looks',
  checkImages: { release: 'rehearsed', duringMs: 40 },
  chooseRollback: 'looks',
  planRollback: 'looks',
  selectStores: 'looks',
  dumpStore: { release: 'rehearsed', duringMs: 100 },
  sealBackup: { release: 'rehearsed', duringMs: 10 },
  discardBackup: 'when-aborted',
  deriveTwin: { release: 'rehearsed', duringMs: 15 },
  raiseStore: { release: 'rehearsed', duringMs: 150 },
  noteProof: { release: 'rehearsed', duringMs: 10 },
  startOnTwin: { release: 'rehearsed', duringMs: 200 },
  runOnTwin: { release: 'rehearsed', duringMs: 300 },
  takeDownTwin: { release: 'rehearsed', duringMs: 150 },
  replaceService: { release: 'good', duringMs: 350, service: 'api' },
  awaitHealth: 'looks',
  watchStability: 'looks',
  judgeServices: 'looks',
  noteLogBaseline: { release: 'good', duringMs: 15 },
  examineServices: 'looks',
  stopService: { release: 'bad', duringMs: 60, service: 'api' },
  restoreService: { release: 'bad', duringMs: 350, service: 'api' },
  clearUp: { release: 'bad', duringMs: 20 },
  restoreTags: { release: 'bad', duringMs: 20 },
  watchRelease: 'looks',
  recordRelease: { release: 'good', duringMs: 60 },
  chooseRestore: 'looks',
  chooseDrill: 'looks',
  restService: 'of-restore',
  swapData: 'of-restore',
  putDataBack: 'of-restore',
  checkStack: 'looks',
  lookAtStack: 'looks',
  standAside: 'of-approval',
  takeUpImages: 'of-approval',
  letImagesGo: 'of-approval',
  applySchedules: 'of-schedules',
  archiveRun: 'after-the-end',
  writeResult: { release: 'good', duringMs: 5 },
};

/** The rows of the kill matrix: steps that are struck before, during and after. */
export function stepsUnderFire(): [string, UnderFire][] {
  return struck().filter(([, { release }]) => release !== 'rehearsed');
}

/** Steps that are struck during only, as many in a row as there are points. */
export function stepsBeforehand(): [string, UnderFire][][] {
  const steps = struck().filter(([, { release }]) => release === 'rehearsed');
  return Array.from({ length: Math.ceil(steps.length / 3) }, (_, row) => steps.slice(row * 3, row * 3 + 3));
}

function struck(): [string, UnderFire][] {
  return Object.entries(STEPS_UNDER_FIRE).filter((entry): entry is [string, UnderFire] => typeof entry[1] === 'object');
}
