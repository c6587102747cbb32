import os from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { diskFindings } from '../../../activities/disk-findings.js';

/** A file system on which there is never room. */
const FULL = '/proc';

/** Docker's folder, and ours: what is found on their disks, and how often Docker was asked. */
async function found(rootDir: string, home: string) {
  let asked = 0;
  const engine = {
    info: async () => {
      asked += 1;
      return { rootDir } as never;
    },
  };
  const world = { engine, layout: { home, lockDir: home } };
  await diskFindings(world);
  return { messages: (await diskFindings(world)).map(({ message }) => message), asked };
}

describe('a disk that is nearly full', () => {
  it("is found where it is Docker's, which is asked where that is but once", async () => {
    const { messages, asked } = await found(FULL, os.tmpdir());
    expect([messages[0], asked]).toEqual([`the disk of ${FULL} has 0 KiB left`, 1]);
  });

  it('is found where it is that of our own state, and told once where it is both', async () => {
    expect((await found('/no/such/folder', FULL)).messages).toEqual([`the disk of ${FULL} has 0 KiB left`]);
    expect((await found(FULL, `${FULL}/self`)).messages).toHaveLength(1);
  });
});
