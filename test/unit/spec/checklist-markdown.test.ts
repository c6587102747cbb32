import { expect, it } from '@jest/globals';
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
