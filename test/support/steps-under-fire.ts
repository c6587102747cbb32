import type { HostActivities } from '../../activities/activities.js';
import type { Fault } from '../../src/worker/fault-points.js';
import { STEPS_NEAR_ROWS } from './steps-near-rows.js';

/** What is asked for, so that a run comes to a step; see kill-courses.ts. */
export type Course =
  | 'deployed'
  | 'taken back'
  | 'rehearsed'
  | 'aborted'
  | 'approved'
  | 'refused'
  | 'backed up'
  | 'restored'
  | 'restored in vain'
  | 'rolled back'
  | 'found sick';

/** Courses that wait for people: the reduced grid leaves them out, since approval.test kills the worker once in each of their steps. */
const OF_PEOPLE: Course[] = ['approved', 'refused'];

/** How a step that changes something is put under fire. */
export interface UnderFire {
  /** The courses that come to this step, each of which is a row of the grid. */
  courses: Course[];
  /** When `during` strikes, in milliseconds after the step's start: while it is at work. */
  duringMs: number;
  /** Which service's step is struck, or that of its store, where there is one for each. */
  service?: string;
  /** Nothing need be changed in Docker by it, nor after it. */
  isLast?: true;
}

/**
 * Every step of a host, with what the kill grid does about it. A new step has to be entered here: the grid compares
 * this list with the registry of the activities. `looks`: it changes nothing, so that to be killed means to look again.
 * `needs-registry`: it changes no more than `buildImages`, by the same code, but only against a registry. `of-schedules`,
 * `of-holds`, `after-the-end`: no course comes to it; schedule, probation and evidence.test.ts kill the worker in it.
 */
export const STEPS_UNDER_FIRE: Record<
  keyof HostActivities,
  UnderFire | 'looks' | 'needs-registry' | 'of-schedules' | 'of-holds' | 'after-the-end'
> = {
  watchHost: 'looks',
  beginRun: { courses: ['deployed'], duringMs: 10 },
  freezeConfig: { courses: ['deployed'], duringMs: 150 },
  preflight: 'looks',
  captureStack: { courses: ['deployed', 'rolled back'], duringMs: 60 },
  buildImages: { courses: ['deployed'], duringMs: 400 },
  pullImage: 'needs-registry',
  planDeployment: 'looks',
  checkImages: { courses: ['rehearsed'], duringMs: 40 },
  chooseRollback: 'looks',
  planRollback: 'looks',
  selectStores: 'looks',
  dumpStore: { courses: ['rehearsed', 'backed up'], duringMs: 100 },
  sealBackup: { courses: ['rehearsed', 'backed up'], duringMs: 10 },
  discardBackup: { courses: ['aborted'], duringMs: 5 },
  deriveTwin: { courses: ['rehearsed'], duringMs: 15 },
  raiseStore: { courses: ['rehearsed', 'backed up', 'restored'], duringMs: 150 },
  noteProof: { courses: ['rehearsed', 'backed up'], duringMs: 10 },
  startOnTwin: { courses: ['rehearsed'], duringMs: 200 },
  runOnTwin: { courses: ['rehearsed'], duringMs: 300 },
  takeDownTwin: { courses: ['rehearsed', 'backed up', 'restored'], duringMs: 150 },
  replaceService: { courses: ['deployed'], duringMs: 350, service: 'api' },
  awaitHealth: 'looks',
  watchStability: 'looks',
  judgeServices: 'looks',
  noteLogBaseline: { courses: ['deployed'], duringMs: 15 },
  examineServices: 'looks',
  stopService: { courses: ['taken back'], duringMs: 60, service: 'api' },
  restoreService: {
    courses: ['taken back', 'restored', 'restored in vain', 'rolled back', 'found sick'],
    duringMs: 350,
  },
  clearUp: { courses: ['taken back'], duringMs: 20, isLast: true },
  restoreTags: { courses: ['taken back'], duringMs: 20, isLast: true },
  watchRelease: { courses: ['found sick'], duringMs: 1000 },
  recordRelease: { courses: ['deployed', 'rolled back'], duringMs: 60 },
  collectReleases: { courses: ['deployed'], duringMs: 20, isLast: true },
  chooseRestore: 'looks',
  countWrites: 'looks',
  chooseDrill: 'looks',
  restService: { courses: ['restored', 'restored in vain'], duringMs: 20 },
  swapData: { courses: ['restored', 'restored in vain'], duringMs: 400 },
  putDataBack: { courses: ['restored in vain'], duringMs: 300 },
  checkStack: 'looks',
  lookAtStack: 'looks',
  standAside: { courses: ['approved', 'refused'], duringMs: 30 },
  takeUpImages: { courses: ['approved'], duringMs: 30 },
  letImagesGo: { courses: ['refused'], duringMs: 30 },
  applySchedules: 'of-schedules',
  holdStack: 'of-holds',
  archiveRun: 'after-the-end',
  seeWhatServes: 'looks',
  writeResult: { courses: ['deployed'], duringMs: 5, isLast: true },
};

interface BlowSpec {
  /** What the fault point of the step does; what is held or marked is struck by the ground. */
  action: Fault['action'];
  /** On which ground of kill-grounds.ts. */
  on: 'mortal Temporal' | 'our server' | 'an engine of its own' | 'a proxy to Docker';
  points: readonly Fault['point'][];
  /** At which of them it strikes where the stack has a database; not at all where that shows nothing of its rows that others do not. */
  pointsNearRows?: readonly Fault['point'][];
}

const POINTS = ['before', 'during', 'after'] as const;
const ON_MORTAL_TEMPORAL = { on: 'mortal Temporal', points: POINTS } as const;
/** It strikes the first request that is made from then on, so there is one such place in a step. */
const OF_A_REQUEST = { action: 'mark', on: 'a proxy to Docker', points: ['before'] } as const;
const DURING = ['during'] as const;

export type Blow =
  | 'worker killed'
  | 'worker stopped'
  | 'Temporal killed'
  | 'server killed'
  | 'dockerd stopped'
  | 'request delayed'
  | 'connection dropped'
  | 'request refused'
  | 'stream cut'
  | 'reply lost';

/** What strikes. */
export const BLOWS: Record<Blow, BlowSpec> = {
  'worker killed': { action: 'kill', ...ON_MORTAL_TEMPORAL, pointsNearRows: POINTS },
  'worker stopped': { action: 'term', ...ON_MORTAL_TEMPORAL },
  'Temporal killed': { action: 'hold', ...ON_MORTAL_TEMPORAL, pointsNearRows: DURING },
  'server killed': { action: 'hold', on: 'our server', points: POINTS },
  'dockerd stopped': { action: 'hold', on: 'an engine of its own', points: POINTS, pointsNearRows: DURING },
  'request delayed': OF_A_REQUEST,
  'connection dropped': { ...OF_A_REQUEST, pointsNearRows: OF_A_REQUEST.points },
  'request refused': OF_A_REQUEST,
  'stream cut': OF_A_REQUEST,
  'reply lost': { ...OF_A_REQUEST, pointsNearRows: OF_A_REQUEST.points },
};

/** One place where a run is struck. */
export interface Cell {
  blow: Blow;
  course: Course;
  activity: string;
  point: Fault['point'];
  /** The stack has a database, whose rows are counted. */
  withRows?: true;
}

/**
 * The whole grid: each blow, in each step that changes something, in each of its courses, at each of its points. Then, on other hosts, those
 * that a database has to outlive with its rows.
 */
export function wholeGrid(): Cell[] {
  const blows = Object.entries(BLOWS) as [Blow, BlowSpec][];
  const struck = blows.flatMap(([blow, { on, points }]) =>
    struckSteps(STEPS_UNDER_FIRE).flatMap(([activity, { courses, isLast }]) =>
      isLast && on === 'a proxy to Docker'
        ? []
        : courses.flatMap((course) => points.map((point): Cell => ({ blow, course, activity, point }))),
    ),
  );
  const nearRows = blows.flatMap(([blow, { pointsNearRows = [] }]) =>
    struckSteps(STEPS_NEAR_ROWS).flatMap(([activity, { courses }]) =>
      courses.flatMap((course) =>
        pointsNearRows.map((point): Cell => ({ blow, course, activity, point, withRows: true })),
      ),
    ),
  );
  return [...struck, ...nearRows];
}

/**
 * The reduced grid: one run a course, in which the worker is killed once in every step. Steps that are over in no time are struck after
 * their end, when nobody has been told of it yet; the others in the middle. `withRows`: those of the stack that has a database.
 */
export function reducedGrid(withRows?: true): [Course, Cell[]][] {
  const cells = struckSteps(withRows ? STEPS_NEAR_ROWS : STEPS_UNDER_FIRE).flatMap(
    ([activity, { courses, duringMs }]) =>
      courses.map((course): Cell => ({
        ...{ blow: 'worker killed', course, activity, ...(withRows && { withRows }) },
        point: duringMs >= 100 ? 'during' : 'after',
      })),
  );
  const courses = new Set(cells.map(({ course }) => course));
  for (const course of OF_PEOPLE) courses.delete(course);
  return [...courses].map((course) => [course, cells.filter((cell) => cell.course === course)]);
}

/** The fault that strikes a cell. */
export function faultOf({ blow, activity, point, withRows }: Cell): Fault {
  const steps = withRows ? STEPS_NEAR_ROWS : STEPS_UNDER_FIRE;
  const { duringMs, service } = steps[activity as keyof HostActivities] as UnderFire;
  return {
    activity,
    point,
    afterMs: duringMs,
    action: BLOWS[blow].action,
    ...(service === undefined ? {} : { service }),
  };
}

/** A cell in words, which is its name in the results too. */
export function cellName({ blow, course, activity, point, withRows }: Cell): string {
  return `${blow}; ${course}${withRows ? ' with rows' : ''}: ${point} ${activity}`;
}

function struckSteps(steps: typeof STEPS_UNDER_FIRE | typeof STEPS_NEAR_ROWS): [string, UnderFire][] {
  return Object.entries(steps).filter((entry): entry is [string, UnderFire] => typeof entry[1] === 'object');
}
