import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as later } from 'node:timers/promises';
import path from 'node:path';

/**
 * The one place where faults are injected: before, during and after every activity, so that each new step joins the
 * kill matrix by itself. Off unless `EVENKEEL_FAULTS` names a file with a list of faults; only tests set it.
 */
export interface Fault {
  /** Activity type, or `*`. */
  activity: string;
  /** Only for this service, where the activity is about one, or about a store of one. */
  service?: string;
  point: 'before' | 'during' | 'after';
  /** With `during`: how long after the start. Default 50. */
  afterMs?: number;
  /**
   * `kill` is SIGKILL, `term` SIGTERM of this process; `fail` throws as weather would. `mark` leaves its mark, and others do the rest;
   * `hold` waits besides until they have, which they say by a file `done` in the mark.
   */
  action: 'kill' | 'term' | 'fail' | 'mark' | 'hold';
  /** How often it strikes, over all lives of the worker. Default 1. */
  times?: number;
}

const HELD_LOOK_EVERY_MS = 20;
/** A step is held for a minute at most. */
const HELD_LOOKS = 60_000 / HELD_LOOK_EVERY_MS;

/** A fault of the kind `fail`: it is tried again, as weather is. */
export class FaultInjected extends Error {
  override readonly name = 'FaultInjected';
}

export type FaultPoints = (point: Fault['point'], activity: string, args: unknown[]) => Promise<void>;

/** The fault points of a worker; undefined where nothing is to be injected. */
export function faultPointsFrom(env: NodeJS.ProcessEnv): FaultPoints | undefined {
  const file = env['EVENKEEL_FAULTS'];
  if (!file) return undefined;
  return async (point, activity, args) => {
    const faults = JSON.parse(readFileSync(file, 'utf8')) as Fault[];
    for (const [index, fault] of faults.entries()) {
      if (fault.point !== point || !concerns(fault, activity, args)) continue;
      if (point === 'during') await later(fault.afterMs ?? 50);
      const mark = claim(`${file}.struck`, index, fault.times ?? 1);
      if (mark) await strike(fault, mark);
    }
  };
}

interface OfAService {
  service?: string;
}

function concerns(fault: Fault, activity: string, args: unknown[]): boolean {
  if (fault.activity !== '*' && fault.activity !== activity) return false;
  if (fault.service === undefined) return true;
  const { service, step, store } = (args[0] ?? {}) as OfAService & { step?: OfAService; store?: OfAService };
  return [service, step?.service, store?.service].includes(fault.service);
}

/** The mark of this strike where it is one of the `times`: a folder, which only one process can make. */
function claim(folder: string, index: number, times: number): string | undefined {
  mkdirSync(folder, { recursive: true });
  for (let strike = 0; strike < times; strike++) {
    const mark = path.join(folder, `${index}.${strike}`);
    try {
      mkdirSync(mark);
      return mark;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return undefined;
}

async function strike({ action, activity, point }: Fault, mark: string): Promise<void> {
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  else if (action === 'term') process.kill(process.pid, 'SIGTERM');
  else if (action === 'fail') throw new FaultInjected(`fault injected ${point} ${activity}`);
  else if (action === 'hold')
    for (let left = HELD_LOOKS; left > 0 && !existsSync(path.join(mark, 'done')); left--)
      await later(HELD_LOOK_EVERY_MS);
}
