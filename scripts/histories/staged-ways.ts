import { awaitingApproval } from '../../test/support/awaiting-approval.js';
import { say } from '../../test/support/say.js';
import type { StagedWay } from './stage.js';
import { STAGED_BY_HAND } from './staged-by-hand.js';
import { STAGED_DEPLOYMENTS } from './staged-deployments.js';
import { STAGED_OTHERS } from './staged-others.js';
import { STAGED_WORDS } from './staged-words.js';
import {
  back,
  BY,
  failing,
  failingTwice,
  firstly,
  INVALID,
  notBegun,
  of,
  overtaken,
  stuck,
  UNRECORDED,
  untilCancelled,
} from './staged-steps.js';

const ROLLBACKS = of('rollback', [
  { name: 'rollback-invalid', end: 'InvalidInput', input: INVALID },
  { name: 'rollback-rolled-back', end: 'rolled-back', steps: { ...UNRECORDED, restoreService: back } },
  { name: 'rollback-rollback-failed', end: 'rollback-failed', steps: failingTwice(failing) },
  {
    ...{ name: 'rollback-overtaken', end: 'needs-human' },
    steps: { ...UNRECORDED, recordRelease: overtaken, restoreService: back },
  },
  {
    ...{ name: 'rollback-approved', end: 'succeeded', input: { stack: 'shop', requireApproval: true } },
    steps: { restoreService: back },
    meanwhile: async (run) => {
      await awaitingApproval(run);
      await say(run, 'approve', BY);
    },
  },
  {
    ...{ name: 'rollback-aborted', end: 'aborted', steps: { restoreService: firstly(untilCancelled, back) } },
    meanwhile: async (run, stage) => {
      await stage.called('restoreService db');
      await say(run, 'abort', BY);
    },
  },
]);

const RESTORES = of('restore', [
  { name: 'restore-invalid', end: 'InvalidInput', input: INVALID },
  { name: 'restore-succeeded', end: 'succeeded' },
  { name: 'restore-rolled-back', end: 'rolled-back', steps: { swapData: failing } },
  { name: 'restore-rollback-failed', end: 'rollback-failed', steps: { swapData: failing, putDataBack: failing } },
  {
    ...{ name: 'restore-left', end: 'needs-human', steps: { swapData: failing, putDataBack: stuck } },
    meanwhile: async (run, stage) => {
      await stage.asks(run);
      await say(run, 'resolve', { ...BY, how: 'leave' });
    },
  },
  {
    ...{ name: 'restore-aborted', end: 'aborted', steps: { swapData: untilCancelled } },
    meanwhile: async (run, stage) => {
      await stage.called('swapData');
      await say(run, 'abort', BY);
    },
  },
]);

const BACKUPS = of('backup', [
  { name: 'backup-invalid', end: 'InvalidInput', input: INVALID },
  { name: 'backup-drilled', end: 'succeeded', input: { stack: 'shop', backup: 'newest' } },
  { name: 'backup-rejected', end: 'rejected', steps: { dumpStore: failing } },
  {
    ...{ name: 'backup-rollback-failed', end: 'rollback-failed' },
    steps: {
      beginRun: firstly(async () => ({ epoch: 1, runFolder: '/runs/1' }), failing),
      selectStores: notBegun,
    },
  },
  {
    ...{ name: 'backup-aborted', end: 'aborted', steps: { dumpStore: untilCancelled } },
    meanwhile: async (run, stage) => {
      await stage.called('dumpStore');
      await run.cancel();
    },
  },
]);

/** Every staged way that has a golden history. */
export const STAGED: StagedWay[] = [
  ...STAGED_DEPLOYMENTS,
  ...STAGED_WORDS,
  ...ROLLBACKS,
  ...RESTORES,
  ...STAGED_BY_HAND,
  ...BACKUPS,
  ...STAGED_OTHERS,
];
