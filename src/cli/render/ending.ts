import type { RunEnding } from '../../report/run-account.js';
import type { Colours } from '../terminal.js';

/** The colour of how a run ended: well, without harm, or badly. */
export function paintEnding(ending: RunEnding | 'running', colours: Colours): (text: string) => string {
  switch (ending) {
    case 'succeeded':
      return colours.green;
    case 'running':
      return colours.cyan;
    case 'rejected':
    case 'aborted':
    case 'invalid-input':
      return colours.yellow;
    case 'rolled-back':
    case 'rollback-failed':
    case 'needs-human':
    case 'terminated':
    case 'timed-out':
    case 'failed':
      return colours.red;
  }
}
