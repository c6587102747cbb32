import { describe, expect, it } from '@jest/globals';
import type { LogFinding } from '../../../src/gates/scan-verdict.js';
import type { Plan } from '../../../src/plan/plan.js';
import { accountSoFar } from '../../../src/report/account-without-history.js';
import type { RunEvidence } from '../../../src/report/run-evidence.js';
import { reportOf } from '../../../src/report/run-report.js';
import { accountOfGolden } from '../../support/past-run.js';

const finding: LogFinding = {
  ...{ rule: 'ssl/certificate-expired', severity: 'warning', cause: 'a certificate has expired', remedy: 'renew it' },
  ...{ service: 'api', line: 12, count: 3, excerpt: ['certificate has expired'] },
};

const gate = { kind: 'long-running' };

const evidence: RunEvidence = {
  folder: '/state/runs/w/r',
  plan: {
    waves: [
      [
        {
          kind: 'replace',
          service: 'api',
          because: ['image changed: 3f2a → 91ab'],
          image: { ref: 'api:2', id: 'x' },
          gate,
          replaces: ['c'],
        },
        { kind: 'judge', service: 'web', because: ['needs api'], image: { ref: 'web:1', id: 'y' }, gate, replaces: [] },
      ],
    ],
  } as unknown as Plan,
  health: [],
  resources: [],
  scans: [{ service: 'api', lines: 40, findings: [finding] }],
  endpoints: [
    {
      service: 'api',
      verdict: 'fail',
      reason: 'no',
      endpoints: [{ container: 'c', verdict: 'fail', reason: 'says 503' }],
    },
  ],
};

describe('the report on a run', () => {
  it('names the culprit: what failed, in which step, with the last lines of its log', async () => {
    const { culprit, outcome, changes } = reportOf(await accountOfGolden('deploy-rolled-back'), undefined, {
      nowMs: 0,
    });
    expect(outcome).toBe('rolled-back');
    expect(culprit).toMatchObject({
      ...{ phase: 'replace', service: 'api', step: 'gate api', excerpt: ['web: version 2 exits with 3'] },
      message: 'exited with 3, restarted 2 times',
    });
    // Without its plan the step tells the cause.
    expect(changes).toEqual([
      { service: 'api', kind: 'replace', because: ['configuration changed'], came: 'taken-back' },
    ]);
  });

  it('has what changed and why from the plan, with what became of it', async () => {
    const account = await accountOfGolden('deploy-succeeded');
    expect(reportOf(account, evidence, { nowMs: 0 }).changes).toEqual([
      { service: 'api', kind: 'replace', because: ['image changed: 3f2a → 91ab'], image: 'api:2', came: 'done' },
    ]);
  });

  it('has each finding once, the gravest first, with what to do about it', async () => {
    const account = await accountOfGolden('deploy-succeeded');
    const { findings } = reportOf(
      {
        ...account,
        result: {
          ...account.result!,
          warnings: [
            {
              rule: 'placeholder',
              severity: 'warning',
              message: 'looks like one',
              place: { file: 'compose.yaml', line: 4 },
            },
            // As the result words what the scan has found.
            { ...finding, severity: 'warning', message: 'logged in line 12: a certificate has expired' },
          ],
        },
      },
      evidence,
      { nowMs: 0 },
    );
    expect(findings).toEqual([
      { severity: 'error', rule: 'endpoint', service: 'api', message: 'says 503' },
      {
        ...{
          severity: 'warning',
          rule: 'ssl/certificate-expired',
          service: 'api',
          message: 'a certificate has expired',
        },
        ...{ remedy: 'renew it', place: 'line 12 of its log', count: 3, excerpt: ['certificate has expired'] },
      },
      { severity: 'warning', rule: 'placeholder', message: 'looks like one', place: 'compose.yaml:4' },
    ]);
  });

  it('says of a run that is open how long it has taken, and of one without a history what its folder has', async () => {
    const { result } = await accountOfGolden('deploy-rolled-back');
    const run = { workflowId: 'w', runId: 'r', type: 'deploy', stack: 'shop', host: 'harbour', beganAtMs: 1000 };
    expect(reportOf(accountSoFar(run, undefined), undefined, { nowMs: 4000 })).toMatchObject({
      ...{ outcome: 'running', durationMs: 3000, steps: [] },
    });
    expect(reportOf(accountSoFar(run, result), undefined, { nowMs: 4000 })).toMatchObject({
      ...{ outcome: 'rolled-back', by: 'ann', culprit: { service: 'api' }, release: '1' },
    });
  });

  it('holds nothing that would move a cursor or turn a line round', async () => {
    const account = await accountOfGolden('deploy-succeeded', { reason: 'red\u001b[31m\u202egnp.exe\nand\tmore' });
    expect(reportOf(account, undefined, { nowMs: 0 }).reason).toBe('red�[31m�gnp.exe\nand\tmore');
  });
});
