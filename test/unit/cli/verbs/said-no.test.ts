import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { restoreData } from '../../../../src/cli/verbs/restore.js';
import { EXIT } from '../../../../src/spec/outcome.js';
import { testCli } from '../../../support/cli-surroundings.js';

it('a restore to which somebody says no is not done, and did not do as asked', async () => {
  const stdin = new PassThrough();
  const cli = { ...testCli(), interactive: true, stdin: stdin as unknown as NodeJS.ReadStream };
  stdin.write('n\n');
  expect(await restoreData(cli, undefined, [], {})).toBe(EXIT.failed);
  expect(cli.err.text).toContain('left as it is');
});
