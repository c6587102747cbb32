import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listOfReleases } from '../../../src/cli/verbs/releases.js';
import type { Layout } from '../../../src/store/layout.js';
import { appendRelease, type Release } from '../../../src/store/releases.js';
import { noteVerification } from '../../../src/store/verifications.js';
import { testCli } from '../../support/cli-surroundings.js';

let home: string;
let docker: Server | undefined;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-releases-'));
  const layout: Layout = { home, lockDir: home };
  for (const runId of ['1', '2']) {
    const web = { imageId: runId, configHash: runId, scale: 1, imageRef: 'web', state: 'running', containers: [] };
    const record = { at: '2026-01-01T00:00:00.000Z', services: { web } } as unknown as Omit<Release, 'id'>;
    await appendRelease(layout, 'shop', { kind: 'deployed', workflowId: 'w', runId }, async () => record);
    await noteVerification(layout, 'shop', runId, { verified: 'verified', reason: 'well', at: record.at });
  }
});
afterEach(async () => {
  docker?.close();
  docker = undefined;
  await rm(home, { recursive: true, force: true });
});

/** An engine on which nothing runs. */
async function emptyEngine(): Promise<void> {
  docker = createServer((_request, response) => response.end('[]')).listen(path.join(home, 'docker.sock'));
  await once(docker, 'listening');
}

async function listed() {
  const env = { EVENKEEL_HOME: home, DOCKER_HOST: `unix://${path.join(home, 'docker.sock')}` };
  const cli = testCli({ projectName: 'shop', json: true }, env);
  expect(await listOfReleases(cli)).toBe(0);
  return { err: cli.err.text, releases: JSON.parse(cli.out.text) as Record<string, unknown>[] };
}

describe('releases', () => {
  it('says of none that it serves where its containers are gone, and takes for the target what a rollback would', async () => {
    await emptyEngine();
    const { releases } = await listed();
    expect(releases).toMatchObject([
      { id: '2', serves: false, rollbackTarget: true },
      { id: '1', serves: false, rollbackTarget: false },
    ]);
  });

  it('says that it does not know where Docker does not answer', async () => {
    const { releases, err } = await listed();
    expect(releases.map(({ serves, rollbackTarget }) => [serves, rollbackTarget])).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(err).toMatch(/^what serves, and where a rollback would go, is unknown: /);
  });
});
