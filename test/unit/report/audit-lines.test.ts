import { describe, expect, it } from '@jest/globals';
import { auditLines } from '../../../src/report/audit-lines.js';
import type { RunAccount } from '../../../src/report/run-account.js';

const AT = Date.parse('2026-11-21T10:00:00Z');

const account: RunAccount = {
  ...{ workflowId: 'w', runId: 'r', type: 'deploy', stack: 'shop', host: 'harbour' },
  ...{ status: 'canceled', ending: 'aborted', by: 'ann@vm', reason: 'why not', input: { stack: 'shop' } },
  ...{ startedAtMs: AT, endedAtMs: AT + 5000 },
  steps: [
    {
      ...{ event: 5, activity: 'awaitHealth', title: 'gate api', service: 'api', attempts: 2, worker: 'harbour/1' },
      ...{ askedAtMs: AT + 900, startedAtMs: AT + 1000, endedAtMs: AT + 3000 },
      ...{ state: 'done', verdict: 'pass', note: 'healthy' },
    },
  ],
  messages: [{ event: 9, name: 'abort', kind: 'update', by: 'bob@vm', reason: 'no', atMs: AT + 2000 }],
};

describe('the audit trail', () => {
  it('tells in order who asked, what was said and done, how it ended, and with what it is sealed', () => {
    const seal = { number: 3, index: 'abc', previous: 'def', sealedAt: '2026-11-21T10:00:06.000Z' };
    const run = { stack: 'shop', host: 'harbour', workflowId: 'w', runId: 'r' };
    expect(auditLines(account, seal)).toEqual([
      {
        ...{ at: '2026-11-21T10:00:00.000Z', event: 'run-began', ...run },
        ...{ runbook: 'deploy', by: 'ann@vm', reason: 'why not', input: { stack: 'shop' } },
      },
      {
        ...{ at: '2026-11-21T10:00:02.000Z', event: 'message', ...run },
        ...{ number: 9, name: 'abort', kind: 'update', by: 'bob@vm', reason: 'no' },
      },
      {
        ...{ at: '2026-11-21T10:00:03.000Z', event: 'step', ...run },
        ...{ number: 5, step: 'awaitHealth', title: 'gate api', service: 'api', state: 'done', verdict: 'pass' },
        ...{ note: 'healthy', attempts: 2, worker: 'harbour/1' },
        ...{ startedAt: '2026-11-21T10:00:01.000Z', durationMs: 2000 },
      },
      { at: '2026-11-21T10:00:05.000Z', event: 'run-ended', ...run, status: 'canceled', outcome: 'aborted' },
      { at: '2026-11-21T10:00:06.000Z', event: 'sealed', ...run, number: 3, index: 'abc', previous: 'def' },
    ]);
  });

  it('ends where the run stands, while it is open', () => {
    const { endedAtMs: _endedAtMs, ...open } = account;
    expect(auditLines({ ...open, status: 'open' }, undefined).map(({ event }) => event)).toEqual([
      ...['run-began', 'message', 'step'],
    ]);
  });
});
