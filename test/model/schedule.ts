import fc from 'fast-check';

/** What goes wrong with attempts at a step: before it acts, half-way, once its effect is there; and whether a retry helps. */
export const HOW = [
  'weather',
  'weather half-way',
  'reply lost',
  'fails',
  'fails half-way',
  'fails at its end',
  'stuck',
  'stuck half-way',
  'hangs',
  'finds an error',
] as const;
export type How = (typeof HOW)[number];

/** Some attempts at a step go wrong. */
export interface Fault {
  /** As `nameOf` calls it. */
  step: string;
  /** Which service, by number; undefined for any. */
  service?: number | undefined;
  /** How many attempts go well before. */
  skip: number;
  times: number;
  how: How;
}

/** A gate does not pass a service, for so many times. */
export interface Sickness {
  service: number;
  /** Of what is new, of what was there before, or on the twin. */
  of: 'new' | 'old' | 'twin';
  question: 'awaitHealth' | 'watchStability' | 'examine';
  verdict: 'fail' | 'inconclusive' | 'late';
  times: number;
}

/** So many events after the nth attempt at a step has begun. */
export interface Moment {
  step: string;
  nth: number;
  ticks: number;
}

/** What somebody says to a run; `resolve` with the first answer that is offered, or the last. */
export const SAYS = ['abort', 'cancel', 'pause', 'resume', 'approve', 'reject', 'extend', 'first', 'last'] as const;
export interface Word {
  at: Moment;
  says: (typeof SAYS)[number];
  to: number;
}

/** What the stack is like, and what the deployment is asked. */
export interface Shape {
  /** How many services each wave has. */
  waves: number[];
  isFirst: boolean;
  together: boolean;
  staggerMs: number;
  isPulled: boolean;
  /** The last service does not change, and depends on those that do. */
  isJudged: boolean;
  stableForMs: number;
  onInconclusive: 'rollback' | 'accept';
  hasStores: boolean;
  rehearsal: 'auto' | 'required' | 'off';
  requireApproval: boolean;
  deadline: string | undefined;
  skip: ('backup' | 'rehearsal' | 'scan' | 'endpoints')[];
  isWatched: boolean;
}

/** Everything that decides what happens: a schedule comes out the same whenever it is played. */
export interface Schedule {
  shape: Shape;
  faults: Fault[];
  sickness: Sickness[];
  words: Word[];
  /** The worker is killed and another is there later. */
  deaths: { at: Moment; downMs: number; childrenSurvive: boolean }[];
  /** Somebody recreates a service by hand. */
  byHand: { at: Moment; service: number }[];
  /** Other runs that want the stack. */
  others: { at: Moment; runbook: 'deploy' | 'rollback'; whenBusy: 'queue' | 'refuse' }[];
  /** What people answer, where somebody has to: by number of the answer, and the last one once these are used up. */
  answers: number[];
  /** What people make of a plan that waits for them; the last one counts for all that follow. */
  verdicts: ('approve' | 'reject' | 'wait')[];
  /** How long everything takes, and so what comes first. */
  chance: number;
}

/** Steps that change what serves are where it matters. */
const STEPS = {
  often: ['replaceService', 'stopService', 'restoreService', 'awaitHealth', 'watchStability', 'examineServices'],
  sometimes: ['recordRelease', 'restoreTags', 'clearUp', 'buildImages', 'pullImage', 'captureStack', 'judgeServices'],
  rarely: [
    ...['locateStack', 'examineLease', 'awaitLease', 'isChainOpen', 'cancelOwnRun', 'beginRun', 'freezeConfig'],
    ...['preflight', 'planDeployment', 'noteLogBaseline', 'checkImages', 'selectStores', 'dumpStore', 'sealBackup'],
    ...['discardBackup', 'deriveTwin', 'raiseStore', 'startOnTwin', 'takeDownTwin', 'noteProof', 'standAside'],
    ...['takeUpImages', 'letImagesGo', 'writeResult', 'watchRelease', 'chooseRollback', 'planRollback'],
    ...['collectReleases', 'applySchedules', 'twin: judgeServices', 'twin: examineServices'],
  ],
};

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...STEPS.often) },
  { weight: 2, arbitrary: fc.constantFrom(...STEPS.sometimes) },
  { weight: 2, arbitrary: fc.constantFrom(...STEPS.rarely) },
);
const at: fc.Arbitrary<Moment> = fc.record({
  step: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('replaceService', 'awaitHealth', 'watchStability', 'examineServices') },
    { weight: 2, arbitrary: fc.constantFrom('beginRun', 'buildImages', 'planDeployment', 'recordRelease') },
    { weight: 1, arbitrary: step },
  ),
  nth: fc.integer({ min: 1, max: 3 }),
  ticks: fc.integer({ min: 0, max: 12 }),
});
const services = fc.integer({ min: 0, max: 4 });

const shape: fc.Arbitrary<Shape> = fc.record({
  waves: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
  isFirst: mostlyNot(),
  together: fc.boolean(),
  staggerMs: fc.constantFrom(0, 500),
  isPulled: fc.boolean(),
  isJudged: fc.boolean(),
  stableForMs: fc.constantFrom(0, 5000),
  onInconclusive: fc.constantFrom('rollback', 'accept'),
  hasStores: fc.boolean(),
  rehearsal: fc.constantFrom('auto', 'required', 'off'),
  requireApproval: mostlyNot(),
  deadline: fc.constantFrom(undefined, undefined, undefined, '15s', '40s', '10m'),
  skip: fc.subarray(['backup', 'rehearsal', 'scan', 'endpoints'], { maxLength: 2 }),
  isWatched: fc.boolean(),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  step,
  service: fc.option(services, { nil: undefined }),
  skip: fc.integer({ min: 0, max: 3 }),
  // Once, a few times, or until all attempts are used up.
  times: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 2, arbitrary: fc.constant(400) }),
  how: fc.constantFrom(...HOW),
});

const sickness: fc.Arbitrary<Sickness> = fc.record({
  service: services,
  of: fc.constantFrom('new', 'new', 'old', 'twin'),
  question: fc.constantFrom('awaitHealth', 'watchStability', 'examine'),
  verdict: fc.constantFrom('fail', 'fail', 'inconclusive', 'late'),
  times: fc.constantFrom(1, 2, 100),
});

/** Anything that may happen to a deployment. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  shape,
  faults: fc.array(fault, { maxLength: 4 }),
  sickness: fc.array(sickness, { maxLength: 2 }),
  words: fc.array(
    fc.record({
      at,
      says: fc.constantFrom(...SAYS, 'abort', 'abort', 'cancel', 'cancel'),
      to: fc.constantFrom(0, 0, 0, 1),
    }),
    { maxLength: 3 },
  ),
  deaths: fc.array(fc.record({ at, downMs: fc.constantFrom(100, 3000, 60_000), childrenSurvive: fc.boolean() }), {
    maxLength: 2,
  }),
  byHand: fc.array(fc.record({ at, service: services }), { maxLength: 1 }),
  others: fc.array(
    fc.record({
      at,
      runbook: fc.constantFrom('deploy', 'rollback'),
      whenBusy: fc.constantFrom('queue', 'refuse'),
    }),
    { maxLength: 2 },
  ),
  answers: fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 3 }),
  verdicts: fc.array(fc.constantFrom('approve', 'reject', 'wait'), { minLength: 1, maxLength: 3 }),
  chance: fc.integer(),
});

function mostlyNot(): fc.Arbitrary<boolean> {
  return fc.integer({ min: 0, max: 4 }).map((number) => number === 4);
}
