import type { Capture, Turn } from '../../activities/activities.js';
import type { Step } from '../../src/plan/plan.js';
import type { Execution } from './execution.js';
import type { FakeHost } from './host.js';
import type { Shape, Sickness } from './schedule.js';
import type { FakeTemporal, StepCall } from './temporal.js';

/** How a step is taken by the fake host. */
export interface FakeStep {
  /** It acts in the turn of its run: alone on the stack, or beside steps of the run that change other services. */
  turn?: 'alone' | 'shared';
  /** What it answers instead of acting. */
  declines?: () => unknown;
  half?: () => void;
  act?: () => void;
  answer: () => unknown;
  /** What it answers where it finds an error; there where it looks for some. */
  finds?: () => unknown;
  /** It goes on to its end once it has begun to act, whoever wants it to stop. */
  isStubborn?: boolean;
  lastsMs: [number, number];
}

/** What a step may be given. */
export type Given = Partial<Turn> & {
  service?: string;
  step?: Step;
  capture?: Capture;
  frozen?: { folder: string };
  services?: (string | { service: string })[];
  [other: string]: unknown;
};

/** What the steps of one schedule are about. */
export interface Stage {
  host: FakeHost;
  temporal: () => FakeTemporal;
  shape: Shape;
  services: string[][];
  /** The image that a run makes of a service. */
  imageOf: (run: Execution, service: string) => string;
  /** Whether a gate passes the service now. */
  sick: (service: string, of: Sickness['of'], question: Sickness['question']) => Sickness['verdict'] | undefined;
  /** Told where a gate does not let a service of the stack pass, for a reason that time does not change. */
  objects: (run: Execution, what: string) => void;
}

/** How long a look takes, and an act: so long at least, and so long at most besides. */
export const LOOK: [number, number] = [5, 500];
export const ACT: [number, number] = [100, 4000];

/** A step that waits for something says so, and is asked again. */
export const WAITS = Symbol('waits');

/** The service that a step is about. */
export function serviceOf(args: unknown): string | undefined {
  const { service, step } = (args ?? {}) as Given;
  return service ?? step?.service;
}

/** What a schedule calls a step: on the twin it is another one than in the stack. */
export function nameOf({ activity, args }: StepCall): string {
  return isOnTwin((args ?? {}) as Given) ? `twin: ${activity}` : activity;
}

/** Whether it is about the twin. */
export function isOnTwin({ frozen }: Given): boolean {
  return frozen?.folder.includes('/twin/') ?? false;
}
