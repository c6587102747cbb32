import { describe, expect, it } from '@jest/globals';
import { endDocument, leftDocument } from '../../../../src/cli/render/end-document.js';
import { endText } from '../../../../src/cli/render/end-text.js';
import type { DeployReport } from '../../../../src/client/deployment-end.js';
import { testCli } from '../../../support/cli-surroundings.js';

const run = { workflowId: 'deploy/any/shop/t', runId: 'r' };
const { colours } = testCli();

const rolledBack: DeployReport = {
  outcome: 'rollback-failed',
  stack: 'shop',
  host: 'alpha',
  previousRelease: '3',
  verified: 'unknown',
  failure: {
    phase: 'replace',
    service: 'api',
    message: 'exited with 1, restarted 2 times',
    excerpt: ['boom', 'at line 4'],
  },
  touched: ['api', 'web'],
  restored: ['web'],
  unchanged: ['postgres'],
  warnings: [
    { rule: 'placeholder-secret', severity: 'warning', message: 'SECRET looks like a placeholder', service: 'api' },
  ],
  leftovers: [
    { what: 'service api', why: 'restore: no such image', command: 'docker compose -p shop ps -a api', debris: false },
  ],
  serves: [
    { service: 'api', state: 'absent', restarts: 0, issue: 'has no container' },
    { service: 'web', container: 'shop-web-1', state: 'running', restarts: 0, release: '3' },
  ],
  next: { command: 'evenkeel rollback 2 -p shop', means: 'brings release 2 back' },
  remarks: ['api was stopped before, and is so again'],
  runFolder: '/state/stacks/shop/runs/x/r',
  startedAtMs: 1000,
  endedAtMs: 13_300,
};

describe('the end of a run', () => {
  it('for people: outcome, failure with its excerpt, what changed, what is left, where to look', () => {
    expect(endText({ kind: 'reported', report: rolledBack }, run, 'http://ui/run', colours)).toBe(
      [
        'rollback-failed shop on alpha in 12.3s',
        'failed     replace: api: exited with 1, restarted 2 times',
        '         | boom',
        '         | at line 4',
        'replaced   api, web',
        'restored   web',
        'unchanged  postgres',
        'warning    api: SECRET looks like a placeholder',
        'note       api was stopped before, and is so again',
        'left       service api: restore: no such image',
        '           docker compose -p shop ps -a api',
        'serves     api: nothing runs; it has no container',
        'serves     web: release 3 (shop-web-1)',
        'next       evenkeel rollback 2 -p shop',
        '           brings release 2 back',
        'folder     /state/stacks/shop/runs/x/r',
        'look       http://ui/run',
      ].join('\n'),
    );
  });

  it('for people, when it was terminated: that nothing was taken back', () => {
    expect(endText({ kind: 'terminated', message: 'by an administrator' }, run, undefined, colours)).toBe(
      [
        'terminated from outside: by an administrator',
        'next       nothing was taken back: look with evenkeel status, then deploy again',
        'run        deploy/any/shop/t',
      ].join('\n'),
    );
  });

  it('for scripts: the report, and an error unless it succeeded', () => {
    expect(endDocument({ kind: 'reported', report: rolledBack }, run, 'http://ui/run')).toEqual({
      ...rolledBack,
      ...run,
      ui: 'http://ui/run',
      error: { type: 'rollback-failed', message: 'exited with 1, restarted 2 times', exitCode: 3 },
    });
    const succeeded: DeployReport = { ...rolledBack, outcome: 'succeeded' };
    expect(endDocument({ kind: 'reported', report: succeeded }, run, undefined)).toEqual({ ...succeeded, ...run });
    expect(endDocument({ kind: 'invalid-input', message: 'no such stack' }, run, undefined)).toEqual({
      ...run,
      error: { type: 'InvalidInput', message: 'no such stack', exitCode: 2 },
    });
  });
});

it('where somebody stops following, for scripts: what the run asks, where it waits for an answer', () => {
  const asks = {
    run: 'deploy/any/shop/t',
    what: 'restore api',
    why: 'busy',
    look: 'docker ps',
    answers: [],
    sinceMs: 1,
  };
  expect(leftDocument('stopped following', 124, run, undefined, asks)).toEqual({
    ...run,
    asks,
    error: { type: 'StoppedFollowing', message: 'stopped following: the run asks what to do', exitCode: 124 },
  });
  expect(leftDocument('interrupted', 130, run, undefined, undefined)).toEqual({
    ...run,
    error: { type: 'Interrupted', message: 'interrupted: the run goes on', exitCode: 130 },
  });
});
