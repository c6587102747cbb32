import { describe, expect, it } from '@jest/globals';
import { checklistText, jsonLinesView, plainView, runView } from '../../../../src/cli/render/run-view.js';
import type { LineState, Progress, ProgressLine } from '../../../../src/spec/progress.js';
import { testCli } from '../../../support/cli-surroundings.js';

function line(id: string, state: LineState, rest: Partial<ProgressLine> = {}): ProgressLine {
  return { id, phase: 'replace', title: id, state, ...rest };
}

const first: Progress = {
  stack: 'shop',
  phase: 'replace',
  warnings: [
    { rule: 'placeholder-secret', severity: 'warning', message: 'SECRET looks like a placeholder', service: 'api' },
  ],
  lines: [
    line('build api', 'done', { phase: 'build', startedAtMs: 0, endedAtMs: 840 }),
    line('replace api', 'running', { because: 'image changed: 3f2a → 91ab', startedAtMs: 1000 }),
    line('replace web', 'waiting', { because: 'api is replaced' }),
  ],
};

const second: Progress = {
  ...first,
  phase: 'rollback',
  turnedBackBecause: 'api exited with 1',
  lines: [
    first.lines[0]!,
    line('replace api', 'failed', { startedAtMs: 1000, endedAtMs: 66_000, note: 'exited with 1\nrestarted 2 times' }),
    line('replace web', 'skipped'),
    line('restore api', 'running', { phase: 'rollback', startedAtMs: 66_000 }),
  ],
};

const asking: Progress = {
  ...second,
  asks: {
    ...{
      run: 'deploy/here/shop/1',
      what: 'restore api',
      service: 'api',
      why: 'driver failed\nto remove',
      look: 'docker ps',
    },
    answers: [
      { how: 'retry', means: 'it is tried again' },
      { how: 'leave', means: 'it stays' },
    ],
    sinceMs: 70_000,
  },
};

const QUESTION = [
  '? restore api: driver failed',
  '  look at it: docker ps',
  "  evenkeel resolve 'deploy/here/shop/1' --what 'restore api' --how retry: it is tried again",
  "  evenkeel resolve 'deploy/here/shop/1' --what 'restore api' --how leave: it stays",
];

describe('a run without a terminal', () => {
  it('is told in one line for each change, once', () => {
    const cli = testCli();
    const view = plainView(cli);
    for (const progress of [first, first, second, second]) view.show(progress);
    expect(cli.out.text).toBe('');
    expect(cli.err.text).toBe(
      [
        '! api: SECRET looks like a placeholder',
        '✓ build api (0.8s)',
        '▶ replace api: image changed: 3f2a → 91ab',
        '✗ replace api (1m05s): exited with 1 …',
        '– replace web',
        '↩ turning back: api exited with 1',
        '▶ restore api',
        '',
      ].join('\n'),
    );
  });

  it('is told what it asks, once for each question, with the commands that answer', () => {
    const cli = testCli();
    const view = plainView(cli);
    view.show(second);
    const before = cli.err.text;
    for (const progress of [asking, asking, second, { ...asking, asks: { ...asking.asks!, sinceMs: 80_000 } }])
      view.show(progress);
    expect(cli.err.text.slice(before.length)).toBe([...QUESTION, ...QUESTION, ''].join('\n'));
  });

  it.each([{ json: true }, { quiet: true }])('is told nothing else with %j', async (flags) => {
    const cli = testCli(flags);
    const view = await runView(cli);
    for (const progress of [first, second, asking, asking]) view.show(progress);
    view.done();
    expect(cli.out.text).toBe('');
    expect(cli.err.text).toBe([...QUESTION, ''].join('\n'));
  });

  it('is told in JSON lines on stdout, for scripts', () => {
    const cli = testCli({ json: true });
    const view = jsonLinesView(cli);
    view.show(first);
    view.show(second);
    view.show(asking);
    const kinds = cli.out.text
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as { kind: string }).kind);
    expect(kinds).toEqual(['warning', 'line', 'line', 'line', 'line', 'turned-back', 'line', 'asks']);
  });
});

it('on a terminal the whole checklist is one screen', () => {
  expect(checklistText(second, testCli(), 67_500, '*', 'nobody answers')).toBe(
    [
      '! api: SECRET looks like a placeholder',
      '✓ build api (0.8s)',
      '✗ replace api (1m05s): exited with 1 …',
      '– replace web',
      '↩ turning back: api exited with 1',
      '* restore api (1.5s)',
      '… nobody answers',
    ].join('\n'),
  );
});

it('on a terminal a question stands below the checklist for as long as it is asked', () => {
  expect(checklistText(asking, testCli(), 67_500, '*').split('\n').slice(-4)).toEqual(QUESTION);
  expect(checklistText(second, testCli(), 67_500, '*')).not.toContain('resolve');
});
