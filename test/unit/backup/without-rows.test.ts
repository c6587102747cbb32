import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { childScripts } from '../../../src/backup/scripts.js';
import { withoutRows } from '../../../src/backup/without-rows.js';

const FOREIGN_KEY = [
  'pg_restore: while PROCESSING TOC:',
  'pg_restore: from TOC entry 3201; 2606 16394 FK CONSTRAINT orders orders_customer_fkey shop',
  'pg_restore: error: could not execute query: ERROR:  insert or update on table "orders" violates a constraint',
  'DETAIL:  Key (customer)=(jane@example.org) is not present in table "customers".',
  'CONTEXT:  COPY orders, line 1: "jane@example.org cannot pay"',
  "STATEMENT:  insert into orders values ('jane@example.org')",
  'HINT:  jane@example.org is not there',
  'pg_restore: detail: Failing row contains (jane@example.org).',
];

describe('what is said of a restore that failed', () => {
  it('holds no rows', () => {
    expect(withoutRows(FOREIGN_KEY)).toEqual(FOREIGN_KEY.slice(0, 3));
  });

  it('is the error, and neither its message nor its excerpt holds rows', async () => {
    const runFolder = await mkdtemp(path.join(os.tmpdir(), 'ek-test-rows-'));
    try {
      const scripts = await childScripts({ runFolder, env: {}, redact: (text) => text });
      const failed = scripts.look({ doing: 'restoring', text: `printf '%s\\n' "$@" >&2; exit 1`, args: FOREIGN_KEY });
      await expect(failed).rejects.toMatchObject({
        message: `restoring: ${FOREIGN_KEY[2]}`,
        excerpt: FOREIGN_KEY.slice(0, 3),
      });
    } finally {
      await rm(runFolder, { recursive: true, force: true });
    }
  });
});
