import { expect, it } from '@jest/globals';
// @ts-expect-error plain JavaScript, which runs on a runner as it is
import { annotations, outputs, summary } from '../../../.github/actions/deploy/report.mjs';

const failed = {
  outcome: 'rolled-back',
  workflowId: 'deploy/any/shop/1',
  failure: { phase: 'replace', service: 'api', message: 'm', excerpt: ['```', '<b>at</b> line'] },
  error: { type: 'rolled-back', message: '100% wrong\n::error::forged | cell', exitCode: 1 },
  leftovers: [{ what: 'network x', why: 'in use', command: 'docker network rm x' }],
  next: { command: 'evenkeel rollback 2 -p shop', means: 'brings release 2 back' },
  warnings: [{ rule: 'unverified', message: 'no healthcheck' }],
};

it('annotates the job in lines that hold nothing but one command', () => {
  expect(annotations(failed)).toEqual([
    '::error title=evenkeel%3A rolled-back::replace, api: 100%25 wrong%0A::error::forged | cell',
    '::error title=left%3A network x::in use: docker network rm x',
    '::error title=evenkeel%3A next::evenkeel rollback 2 -p shop: brings release 2 back',
    '::warning title=evenkeel%3A unverified::no healthcheck',
  ]);
});

it('gives outputs that hold nothing but one line', () => {
  expect(outputs({ error: { type: 'a\nrelease=9', message: '' } }, 5)).toBe(
    'outcome=a release=9\nrelease=\nrun=\nexit-code=5\n',
  );
});

it('shows text of others as text', () => {
  const text = summary('shop', failed, 1) as string;
  expect(text).toContain('100% wrong<br>::error::forged \\| cell');
  expect(text).toContain('````\n```\n<b>at</b> line\n````');
});
