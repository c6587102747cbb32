import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { releases } from '../../../src/cli/verbs/releases.js';
import type { Layout } from '../../../src/store/layout.js';
import { appendRelease, type ReleasedService } from '../../../src/store/releases.js';
import { noteVerification } from '../../../src/store/verifications.js';
import { testCli } from '../../support/cli-surroundings.js';

const webOf = (id: string) =>
  ({
    imageId: id,
    configHash: id,
    scale: 1,
    imageRef: 'web',
    state: 'running',
    containers: [],
  }) as unknown as ReleasedService;

let home: string;
let docker: Server | undefined;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-releases-'));
  const layout: Layout = { home, lockDir: home };
  for (const runId of ['1', '2']) {
    const record = { at: '2026-01-01T00:00:00.000Z', services: { web: webOf(runId) } };
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

const surroundings = () => ({ EVENKEEL_HOME: home, DOCKER_HOST: `unix://${path.join(home, 'docker.sock')}` });

async function listed() {
  const env = surroundings();
  const cli = testCli({ projectName: 'shop', json: true }, env);
  expect(await releases(cli)).toBe(0);
  return { err: cli.err.text, known: JSON.parse(cli.out.text) as Record<string, unknown>[] };
}

describe('releases', () => {
  it('says of none that it serves where its containers are gone, and takes for the target what a rollback would', async () => {
    await emptyEngine();
    const { known } = await listed();
    expect(known).toMatchObject([
      { id: '2', serves: false, rollbackTarget: true },
      { id: '1', serves: false, rollbackTarget: false },
    ]);
  });

  it('says that it does not know where Docker does not answer', async () => {
    const { known, err } = await listed();
    expect(known.map(({ serves, rollbackTarget }) => [serves, rollbackTarget])).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(err).toMatch(/^what serves, and where a rollback would go, is unknown: /);
  });

  it('prints all of the record of the one that is named, also where an earlier version has written less into it', async () => {
    await emptyEngine();
    const layout: Layout = { home, lockDir: home };
    const metrics = {
      before: { web: { cpu: 0.012, memoryBytes: 2 ** 20, restarts: 2, probeMs: 40.4 } },
      after: { web: { memoryBytes: 2 ** 21, restarts: 0 }, api: { restarts: 0 } },
    };
    const gates = [{ service: 'web', question: 'health' as const, verdict: 'pass' as const, reason: 'healthy' }];
    await appendRelease(layout, 'shop', { kind: 'deployed', workflowId: 'w', runId: '3' }, async () => ({
      ...{
        at: '2026-01-02T00:00:00.000Z',
        performer: 'ann',
        reason: 'more',
        metrics,
        gates,
        services: { web: webOf('3') },
      },
    }));
    const shown = async (id: string) => {
      const cli = testCli({ projectName: 'shop' }, surroundings());
      await releases(cli, id);
      return cli.out.text.trimEnd().split('\n');
    };
    expect(await shown('3')).toEqual([
      'release    3, deployed 2026-01-02T00:00:00.000Z by ann',
      'now        kept',
      'why        more',
      'run        w (3)',
      'image      web: web (3)',
      'gate       web, health: pass, healthy',
      'measured   api: processor – → –, memory – → –, restarts – → 0, healthcheck – → –',
      'measured   web: processor 1.2 % → –, memory 1.0 MiB → 2.0 MiB, restarts 2 → 0, healthcheck 40 ms → –',
    ]);
    expect(await shown('1')).toEqual([
      'release    1, deployed 2026-01-01T00:00:00.000Z',
      'now        kept',
      'run        w (1)',
      'verified   verified: well',
      'image      web: web (1)',
    ]);
    await expect(shown('9')).rejects.toThrow('shop has no release "9"');
  });
});
