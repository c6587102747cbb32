import type { Finding } from '../src/spec/finding.js';
import type { UnendedRun } from '../src/store/captures.js';

/** What people are told of a run that never came to its end. */
export function unendedFinding({ workflowId, begun, back, lost }: UnendedRun): Finding {
  const had = begun.length === 0 ? 'no service' : begun.join(', ');
  const returns = `; should this run fail, what comes back is what was before that one: ${back.join(', ')}`;
  const stays = `; what was before it cannot come back: ${lost.join(', ')}`;
  return {
    ...{ rule: 'run-unended', severity: 'warning' },
    message:
      `${workflowId} never came to its end, and nothing of it was taken back; it had begun ${had}` +
      `${back.length > 0 ? returns : ''}${lost.length > 0 ? stays : ''}`,
    remedy: `see what it did: evenkeel show ${workflowId}`,
  };
}
