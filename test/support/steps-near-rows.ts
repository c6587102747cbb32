import type { HostActivities } from '../../activities/activities.js';
import type { UnderFire } from './steps-under-fire.js';

/**
 * A choice of the steps that read, copy or replace the rows of a database, or the container that serves them: each kind of nearness in a
 * course or more. They are put under fire once more on a stack that has one, at its own step where each service, or each store, has one.
 */
export const STEPS_NEAR_ROWS: Partial<Record<keyof HostActivities, UnderFire>> = {
  dumpStore: { courses: ['rehearsed'], duringMs: 150, service: 'db' },
  sealBackup: { courses: ['rehearsed'], duringMs: 10 },
  raiseStore: { courses: ['rehearsed', 'restored'], duringMs: 1000, service: 'db' },
  takeDownTwin: { courses: ['rehearsed'], duringMs: 150 },
  replaceService: { courses: ['rehearsed'], duringMs: 350, service: 'db' },
  restService: { courses: ['restored'], duringMs: 20, service: 'db' },
  swapData: { courses: ['restored', 'restored in vain'], duringMs: 400, service: 'db' },
  putDataBack: { courses: ['restored in vain'], duringMs: 300, service: 'db' },
  restoreService: { courses: ['taken back', 'restored', 'restored in vain'], duringMs: 350, service: 'db' },
};
