import { expect, it } from '@jest/globals';
import { checkLogRules } from '../../../src/preflight/log-rules.js';

it('rejects rules that there are not, and names the one that was meant', () => {
  expect(checkLogRules([], ['ssl/certificate-expired'])).toEqual([]);
  expect(checkLogRules(['ssl/certificate-expird', 'disk/xyz'], ['ssl/certificate-expired'])).toMatchObject([
    { rule: 'unknown-log-rule', severity: 'error', remedy: 'did you mean ssl/certificate-expired?' },
    { rule: 'unknown-log-rule', remedy: expect.stringContaining('take it out') },
  ]);
});
