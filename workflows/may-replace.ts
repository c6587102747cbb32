import type { Answer } from '../src/spec/question.js';
import type { DeploymentRun } from './deployment-run.js';
import { lookAtService } from './insist.js';
import { saidBy } from './words.js';

const OFFERED: Answer[] = [
  { how: 'go-on', means: 'what is there now is replaced too; what was done by hand is lost' },
  {
    how: 'roll-back',
    means: 'the run turns back, and what served before comes back; what was done by hand is lost too',
  },
];

/** What a step is about to do to a service. */
export interface Intent {
  service: string;
  /** For people: `replace api`. */
  what: string;
}

/** Returns once people let a step replace what somebody has made of its service. Throws where they have it turn back. */
export async function mayReplace(run: DeploymentRun, { service, what }: Intent, changes: string[]): Promise<void> {
  const why = `somebody has changed ${service} by hand since the plan was made: ${changes.join(', ')}`;
  const look = lookAtService(run, service);
  const word = await run.questions.ask({ what, service, why, look, answers: OFFERED });
  if (word?.how === 'go-on') return;
  throw new Error(word ? `${why}; ${saidBy('rolled back by', word)}` : why);
}
