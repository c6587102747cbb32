import { expect, it } from '@jest/globals';
import { matchRun } from '../../../../src/cli/runs/match-run.js';

const runs = [
  { workflowId: 'deploy/any/shop/2', runId: '01a2-bb' },
  { workflowId: 'deploy/any/shop/1', runId: '01a1-cc' },
  { workflowId: 'deploy/any/shop/1', runId: '01a1-aa' },
];

it.each([
  ['its run id', '01a1-aa', '01a1-aa'],
  ['its workflow id: the first in the list', 'deploy/any/shop/1', '01a1-cc'],
  ['how its id begins', '01a2', '01a2-bb'],
  ['how its id ends', 'aa', '01a1-aa'],
  ['nothing', 'xx', undefined],
])('a run is found by %s', (_, name, runId) => expect(matchRun(name, runs)?.runId).toBe(runId));

it('what may be several runs is refused, and all of them are named', () => {
  expect(() => matchRun('deploy/', runs)).toThrow(
    '"deploy/" may be several runs: deploy/any/shop/2 (01a2-bb), deploy/any/shop/1 (01a1-cc), deploy/any/shop/1 (01a1-aa)',
  );
});
