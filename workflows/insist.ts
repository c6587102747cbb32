import type { Answer } from '../src/spec/question.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { isGivenUp } from './turning-points.js';
import { saidBy } from './words.js';

/** One act of the way back, for whoever has to decide about it. */
export interface Act {
  title: string;
  service?: string;
  /** The command with which a person looks at what is in its way. */
  look: string;
  /** What follows where people leave it, if that is more than usual. */
  leaving?: string;
}

/** People have left something as it is, which could not be taken back. The message says why, and who. */
export class LeftAsItIs extends Error {
  override readonly name = 'LeftAsItIs';
}

const LEAVING = 'it stays as it is; the rest is brought back, and the run ends as needs-human';

function offered(leaving = LEAVING): Answer[] {
  return [
    { how: 'retry', means: 'it is tried again, as often as before' },
    { how: 'leave', means: leaving },
  ];
}

/**
 * Does one act of the way back. Where it was tried again and again and might yet be done, nobody but people can tell: the run asks
 * whether it is to be tried once more. Throws what it failed with, where that is final, and `LeftAsItIs`.
 */
export async function insist<T>(
  run: DeploymentRun,
  { title, leaving, ...about }: Act,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isGivenUp(error)) throw error;
      const why = messageOf(error);
      const word = await run.questions.ask({ what: title, ...about, why, answers: offered(leaving) });
      if (word?.how === 'retry') continue;
      run.leftByPeople = true;
      throw new LeftAsItIs(`${why}; ${word ? saidBy('left as it is by', word) : 'left as it is by a cancellation'}`);
    }
  }
}

/** The command with which a person looks at a service. */
export function lookAtService({ input }: DeploymentRun, service: string): string {
  return `docker compose -p ${input.stack} ps -a ${service}`;
}
