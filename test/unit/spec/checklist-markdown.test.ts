import { expect, it } from '@jest/globals';
import type { DeployResult } from '../../../src/spec/deploy-result.js';
import { checklistMarkdown } from '../../../src/spec/checklist-markdown.js';

it('shows what a run asks, with the update to send and what each answer means', () => {
  const shown = checklistMarkdown({
    ...{ stack: 'shop', phase: 'rollback', lines: [], warnings: [] },
    asks: {
      ...{
        run: 'deploy/here/shop/1',
        what: 'restore api',
        why: 'driver failed',
        look: 'docker compose -p shop ps -a api',
      },
      answers: [
        { how: 'retry', means: 'it is tried again' },
        { how: 'leave', means: 'it stays' },
      ],
      sinceMs: 0,
    },
  });
  for (const part of [
    '**Asks what to do** since 1970-01-01T00:00:00.000Z: restore api: driver failed.',
    'Look at it: `docker compose -p shop ps -a api`',
    'the update `resolve` with `{"by":"your name","how":"retry","what":"restore api","reason":"why"}`',
    '- `retry`: it is tried again\n- `leave`: it stays',
  ]) {
    expect(shown).toContain(part);
  }
});

it('shows what serves, and what to do next, of a run that could not take back all that it did', () => {
  const shown = checklistMarkdown({
    ...{ stack: 'shop', phase: 'closed', outcome: 'rollback-failed', lines: [], warnings: [] },
    result: {
      serves: [{ service: 'api', state: 'absent', restarts: 0 }],
      next: { command: 'evenkeel rollback 2 -p shop', means: 'brings release 2 back' },
    } as unknown as DeployResult,
  });
  expect(shown).toContain('**Serves now**:\n\n- api: nothing runs; it has no container');
  expect(shown).toContain('**Next**: `evenkeel rollback 2 -p shop`: brings release 2 back.');
});
