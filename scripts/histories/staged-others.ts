import type { HostFacts } from '../../src/spec/presence.js';
import type { StagedWay } from './stage.js';
import { failing, INVALID, of, untilCancelled } from './staged-steps.js';

const HOLD = { stack: 'shop', performer: 'ann', reason: 'a look by hand' };
const HOLDER = { workflowId: 'deploy/any/shop/another', firstRunId: 'another' };
const SICK = { verified: 'sick', reason: 'exited with 3', service: 'api' } as const;

const watch = (host: string) => ({ stack: 'shop', host, release: '2', services: ['api'], forMs: 1000, previous: '1' });
const closed = (host: string) => ({ stack: 'shop', host, workflowId: 'deploy/any/shop/1', runId: '1' });
const facts = (host: string): HostFacts => ({ host, version: '0.1.0', stacks: [], running: [] });

/** What becomes of a short workflow whose one step does not end well. */
function unwell(runbook: string, step: string, end: string, input: object): StagedWay[] {
  return of(runbook, [
    { name: `${runbook}-failed`, end, input, steps: { [step]: failing } },
    { name: `${runbook}-invalid`, end: 'InvalidInput', input: INVALID },
    {
      ...{ name: `${runbook}-cancelled`, end: 'cancelled', input, steps: { [step]: untilCancelled } },
      meanwhile: async (run, stage) => {
        await stage.called(step);
        await run.cancel();
      },
    },
  ]);
}

/** The staged ways of workflows that are no runs of a stack. */
export const STAGED_OTHERS: StagedWay[] = [
  { name: 'check-completed', end: 'completed', runbook: 'check' },
  ...unwell('check', 'checkStack', 'CouldNotLook', { stack: 'shop' }),
  { name: 'healthCheck-completed', end: 'completed', runbook: 'healthCheck' },
  ...unwell('healthCheck', 'lookAtStack', 'CouldNotLook', { stack: 'shop' }),
  ...unwell('hold', 'holdStack', 'CouldNotHold', HOLD),
  ...of('archive', [
    { name: 'archive-completed', end: 'completed', input: closed },
    { name: 'archive-failed', end: 'failed', input: closed, steps: { archiveRun: failing } },
  ]),
  ...of('lease', [
    // It looks after half a minute whether its holder is still there.
    { name: 'lease-outlived', end: 'completed', input: { holder: HOLDER }, steps: { isChainOpen: async () => false } },
  ]),
  ...of('presence', [
    {
      ...{ name: 'presence-ended', end: 'cancelled', input: facts, steps: { watchHost: untilCancelled } },
      meanwhile: async (run, stage) => {
        await stage.called('watchHost');
        await run.signal('arrived', { ...facts(stage.host), version: '0.2.0' });
        await stage.called('watchHost', 2);
        await run.cancel();
      },
    },
  ]),
  ...of('probation', [
    { name: 'probation-sick', end: 'sick', input: watch, steps: { watchRelease: async () => SICK } },
    {
      ...{ name: 'probation-held', end: 'sick', input: watch },
      steps: { watchRelease: async () => ({ ...SICK, held: 'held by ann' }) },
    },
    { name: 'probation-failed', end: 'failed', input: watch, steps: { watchRelease: failing } },
    {
      ...{ name: 'probation-superseded', end: 'unknown', input: watch, steps: { watchRelease: untilCancelled } },
      meanwhile: async (run, stage) => {
        await stage.called('watchRelease');
        await run.signal('supersede');
      },
    },
  ]),
];
