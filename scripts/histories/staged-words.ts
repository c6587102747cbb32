import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/activities.js';
import type { ApprovalPolicy } from '../../src/spec/approval.js';
import { awaitingApproval } from '../../test/support/awaiting-approval.js';
import { planOf } from '../../test/support/fake-steps.js';
import { latch } from '../../test/support/latch.js';
import { say } from '../../test/support/say.js';
import type { Stage, StagedWay } from './stage.js';
import { byHand, changedByHand } from './staged-by-hand.js';
import { back, BY, failingTwice, firstly, PLAIN, replaced, stuck } from './staged-steps.js';

const TO_APPROVE = { stack: 'shop', requireApproval: true };
const ASKING = { end: 'needs-human', input: PLAIN };
const POLICY: ApprovalPolicy = { before: ['deploy'], expiresMs: 1000, quorum: 1 };

const freezeUnderPolicy: Activities['freezeConfig'] = async () => ({
  ...{ frozen: { folder: 'runs/1/frozen', hash: 'f' }, findings: [], images: [], rehearsal: 'off' },
  approval: POLICY,
});

/** Paused as soon as a step has been asked for, which then goes on; and resumed once the run waits. */
function pausedAt(
  name: string,
  call: string,
  step: (wait: <R>(then: () => Promise<R>) => () => Promise<R>) => Partial<Activities>,
) {
  const { passed, letGo } = latch();
  return {
    ...{ name, end: 'succeeded', input: PLAIN, steps: step((then) => async () => passed.then(then)) },
    meanwhile: async (run: WorkflowHandle, stage: Stage) => {
      await stage.called(call);
      await say(run, 'pause', BY);
      letGo();
      await stage.stands(run, 'it is paused', ({ lines }) =>
        lines.some(({ title, state }) => title === 'paused' && state === 'running'),
      );
      await say(run, 'resume', BY);
    },
  };
}

/** Somebody has changed a service of a deployment by hand, and says what becomes of it. */
function replacedByHand(name: string, end: string, how: string): StagedWay {
  const steps: Partial<Activities> = {
    planDeployment: async () => planOf([['db']]),
    replaceService: firstly(async () => byHand('strange'), replaced),
    restoreService: back,
  };
  return changedByHand({ name, end, input: PLAIN, steps }, { questions: ['replace db'], how });
}

/** Asks on its way back, and hears something. */
function told(
  way: Pick<StagedWay, 'name' | 'end'>,
  restoring: Activities['restoreService'],
  update: string,
  how?: string,
) {
  return {
    ...{ ...way, input: PLAIN, steps: failingTwice(restoring) },
    meanwhile: async (run: WorkflowHandle, stage: Stage) => {
      await stage.asks(run);
      await say(run, update, { ...BY, ...(how ? { how } : {}) });
    },
  };
}

/** The staged ways of deployments that wait for people, or ask them. */
export const STAGED_WORDS: StagedWay[] = [
  {
    ...{ name: 'deploy-approved', end: 'succeeded', input: TO_APPROVE },
    meanwhile: async (run) => {
      await awaitingApproval(run);
      await say(run, 'extendDeadline', { by: 'ann', for: '1h' });
      await say(run, 'approve', BY);
    },
  },
  {
    ...{ name: 'deploy-refused', end: 'rejected', input: TO_APPROVE },
    meanwhile: async (run) => {
      await awaitingApproval(run);
      await say(run, 'reject', BY);
    },
  },
  { name: 'deploy-approval-expired', end: 'rejected', steps: { freezeConfig: freezeUnderPolicy } },
  {
    ...{ name: 'deploy-aborted-in-approval', end: 'aborted', input: TO_APPROVE },
    meanwhile: async (run) => {
      await awaitingApproval(run);
      await say(run, 'abort', BY);
    },
  },
  pausedAt('deploy-paused', 'preflight', (wait) => ({ preflight: wait(async () => []) })),
  pausedAt('deploy-paused-between-waves', 'replaceService db', (wait) => ({
    planDeployment: async () => planOf([['db'], ['api']]),
    replaceService: wait(async () => ({ containers: ['new'] })),
  })),
  replacedByHand('deploy-changed-by-hand', 'succeeded', 'go-on'),
  replacedByHand('deploy-changed-by-hand-taken-back', 'rolled-back', 'roll-back'),
  told({ name: 'deploy-asked-and-tried-again', end: 'rolled-back' }, firstly(stuck, back), 'resolve', 'retry'),
  told({ ...ASKING, name: 'deploy-left' }, stuck, 'resolve', 'leave'),
  told({ ...ASKING, name: 'deploy-left-by-abort' }, stuck, 'abort'),
];
