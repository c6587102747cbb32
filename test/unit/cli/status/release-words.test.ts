import { expect, it } from '@jest/globals';
import { verifiedText } from '../../../../src/cli/status/release-words.js';
import type { ServingRelease } from '../../../../src/spec/presence.js';

it.each([
  ['verified', 'stayed well', 'verified'],
  ['on-probation', 'for 5m00s, since 12:00', 'on probation for 5m00s, since 12:00'],
  ['sick', 'api: exited with 3', 'unverified: sick: api: exited with 3'],
  ['unknown', 'nothing has watched it', 'unverified: nothing has watched it'],
] as [ServingRelease['verified'], string, string][])('a release that is %s', (verified, reason, words) => {
  expect(verifiedText({ verified, reason })).toBe(words);
});
