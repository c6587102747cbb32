import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { awaitHealth } from '../../activities/await-health.js';
import { watchStability } from '../../activities/watch-stability.js';
import type { GateCursor } from '../../src/gates/judge-service.js';
import type { Sample, Verdict } from '../../src/gates/verdict.js';
import type { GateSpec } from '../../src/plan/plan.js';
import { stackFolder } from '../../src/store/layout.js';
import { docker, type TestProject } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { type FrozenProject, frozenProject } from '../support/frozen-project.js';
import type { HostWorld, Run } from '../support/host-world.js';

const SECRET = 'correct-horse-battery';
const LONG_RUNNING: GateSpec = {
  kind: 'long-running',
  timeoutMs: 20_000,
  stableForMs: 1_000,
  probe: 'active',
  onInconclusive: 'rollback',
};
const ONE_SHOT: GateSpec = { ...LONG_RUNNING, kind: 'one-shot' };

/** Containers are created once and started by the test that judges them. */
const YAML = `
x-web: &web { image: "evenkeel-test/web:1", stop_grace_period: 0s }
x-probe: &probe { test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"], interval: 10s, retries: 1 }
services:
  healthy: { <<: *web, environment: { START_DELAY: "0.3" }, healthcheck: { <<: *probe, interval: 1h } }
  sick: { <<: *web, environment: { UNHEALTHY: "1" }, healthcheck: { <<: *probe, interval: 1s } }
  loop: { <<: *web, restart: always, environment: { EXIT_CODE: "7" } }
  exits: { <<: *web, environment: { EXIT_CODE: "3" }, command: ["sh", "-c", "echo the key is ${SECRET}; exec /bin/web"] }
  done: { <<: *web, environment: { EXIT_CODE: "0" } }
  undone: { <<: *web, environment: { EXIT_CODE: "1" } }
  plain: { <<: *web }
  falls: { <<: *web, environment: { EXIT_CODE: "9", EXIT_AFTER: "6" } }
  pair: { <<: *web, scale: 2, command: ["sh", "-c", "test -e /bad && exit 5; exec /bin/web"], healthcheck: *probe }
  broken: { <<: *web, healthcheck: { test: ["CMD", "no-such-program"], interval: 1s, retries: 1 } }
  dependent: { <<: *web, healthcheck: { test: ["CMD", "test", "-e", "/ready"], interval: 5s, retries: 1 } }
  changing: { <<: *web, healthcheck: { test: ["CMD-SHELL", "touch /probed"], interval: 1s } }
`;

let host: HostWorld;
let frozen: FrozenProject;
let project: TestProject;
let run: Run;

beforeAll(async () => {
  frozen = await frozenProject('gates', YAML, SECRET);
  ({ host, project, run } = frozen);
  await project.compose('create');
});

afterAll(async () => frozen.remove());

async function start(service: string): Promise<void> {
  const ids = (await project.compose('ps', '-aq', service)).split('\n');
  await docker(['start', ...ids]);
}

const first = (service: string, gate = LONG_RUNNING): Promise<Verdict> =>
  run.take(awaitHealth, { frozen: frozen.frozen, service, gate });
const stays = (service: string, gate = LONG_RUNNING): Promise<Verdict> =>
  run.take(watchStability, { frozen: frozen.frozen, service, gate });

async function dockersHealth(service: string): Promise<string> {
  return docker(['inspect', '-f', '{{.State.Health.Status}}', await project.id(service)]);
}

describe('a long-running service', () => {
  it('is well before Docker has probed once, and stays so', async () => {
    await start('healthy');
    expect(await first('healthy')).toMatchObject({ verdict: 'pass', service: 'healthy' });
    expect(await dockersHealth('healthy')).toBe('starting');
    expect(await stays('healthy')).toMatchObject({ verdict: 'pass' });
  });

  it('fails when Docker says unhealthy', async () => {
    await start('sick');
    const verdict = await first('sick');
    expect(verdict).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/^unhealthy.*404/) });
    expect(verdict.excerpt).toEqual(['web: version 1 listens on 8080']);
  });

  it('fails in a crash loop, with the exit code', async () => {
    await start('loop');
    expect(await first('loop')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^exited with 7, restarted \d+ times$/),
    });
    await docker(['stop', await project.id('loop')]);
  });

  it('fails in a crash loop of which the engine has forgotten every exit', async () => {
    const { engine } = host.world;
    const began = Date.now();
    const prober = await project.id('healthy');
    const loop = await project.id('loop');
    await docker(['start', loop]);
    await eventually('it has restarted often, so that it pauses for seconds', async () => {
      return Number(await docker(['inspect', '-f', '{{.RestartCount}}', loop])) >= 6;
    });
    const exits = async () =>
      (await engine.deaths(project.name, began)).filter(({ containerId }) => containerId === loop);
    expect(await exits()).not.toEqual([]);
    // Each run of a healthcheck is three events, and the engine remembers 256.
    await eventually('at most its last exit is remembered', async () => {
      await Promise.all(Array.from({ length: 20 }, () => engine.exec(prober, ['true'], { timeoutMs: 20_000 })));
      return (await exits()).length < 2;
    });
    expect(await first('loop')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^exited with (7|an unknown code), restarted \d+ times$/),
    });
    await docker(['stop', loop]);
  }, 60_000);

  it('fails at once when it exits and nothing restarts it; what it wrote is redacted', async () => {
    await start('exits');
    const verdict = await first('exits');
    expect(verdict).toMatchObject({ verdict: 'fail', reason: 'exited with 3' });
    expect(verdict.excerpt?.join('\n')).toContain('the key is [redacted]');
  });

  it('fails when it exits with 0', async () => {
    await start('done');
    expect(await first('done')).toMatchObject({ verdict: 'fail', reason: 'exited with 0' });
  });

  it('is well by running where it has no healthcheck', async () => {
    await start('plain');
    expect(await first('plain')).toMatchObject({ verdict: 'pass', reason: 'running (it has no healthcheck)' });
  });

  it('is well at first, and fails when it falls in the window', async () => {
    await start('falls');
    expect(await first('falls')).toMatchObject({ verdict: 'pass' });
    expect(await stays('falls', { ...LONG_RUNNING, stableForMs: 30_000 })).toMatchObject({
      verdict: 'fail',
      reason: 'was well at first, then exited with 9',
    });
  });

  it('fails when its second container does', async () => {
    const second = `${project.name}-pair-2`;
    await docker(['cp', path.join(project.folder, 'compose.yaml'), `${second}:/bad`]);
    await start('pair');
    expect(await first('pair')).toMatchObject({ verdict: 'fail', reason: `${second}: exited with 5` });
  });

  it('is inconclusive when its healthcheck cannot be run', async () => {
    await start('broken');
    expect(await first('broken')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^probe-broken: .*no-such-program/),
    });
  });

  it('is not probed by us where the healthcheck changes things', async () => {
    await start('changing');
    expect(await first('changing')).toMatchObject({ verdict: 'pass', reason: 'healthy' });
    expect(await dockersHealth('changing')).toBe('healthy');
  });

  it('is judged by what is so now where it went on running while what it needs was replaced', async () => {
    await start('dependent');
    const id = await project.id('dependent');
    await eventually('Docker calls it unhealthy', async () => (await dockersHealth('dependent')) === 'unhealthy');
    await docker(['exec', id, 'touch', '/ready']);
    const gate: GateSpec = { ...LONG_RUNNING, leftAlone: true };
    expect(await first('dependent', gate)).toMatchObject({ verdict: 'pass' });
    expect(await stays('dependent', gate)).toMatchObject({ verdict: 'pass' });

    await eventually('Docker calls it healthy', async () => (await dockersHealth('dependent')) === 'healthy');
    await docker(['exec', id, 'rm', '/ready']);
    // Inconclusive, or a failure where Docker happens to probe just then.
    expect((await first('dependent', { ...gate, timeoutMs: 1_000 })).verdict).not.toBe('pass');
  });

  it('is well when it exits with 0 where it may', async () => {
    await start('done');
    expect(await first('done', { ...LONG_RUNNING, mayEnd: true })).toMatchObject({ verdict: 'pass' });
    expect(await stays('done', { ...LONG_RUNNING, mayEnd: true })).toMatchObject({ verdict: 'pass' });
  });

  it('fails when it has no container', async () => {
    expect(await first('nobody')).toMatchObject({ verdict: 'fail', reason: 'it has no container' });
  });

  it('is inconclusive while paused', async () => {
    await start('plain');
    await docker(['pause', await project.id('plain')]);
    expect(await first('plain')).toMatchObject({ verdict: 'inconclusive' });
    await docker(['unpause', await project.id('plain')]);
  });
});

describe('a one-shot', () => {
  it('is well when it has exited with 0, and stays so at once', async () => {
    await start('done');
    expect(await first('done', ONE_SHOT)).toMatchObject({ verdict: 'pass', reason: 'exited with 0' });
    expect(await stays('done', ONE_SHOT)).toMatchObject({ verdict: 'pass' });
  });

  it('fails when it exits with another code', async () => {
    await start('undone');
    const verdict = await first('undone', ONE_SHOT);
    expect(verdict).toMatchObject({ verdict: 'fail', reason: 'exited with 1' });
    expect(verdict.excerpt).toEqual(['web: version 1 exits with 1']);
  });

  it('fails at the deadline when it does not end', async () => {
    await start('plain');
    expect(await first('plain', { ...ONE_SHOT, timeoutMs: 500 })).toMatchObject({
      verdict: 'fail',
      reason: 'not done within 500 ms: has not ended yet',
    });
  });
});

describe('the gate itself', () => {
  it('keeps its samples for nobody else to read', async () => {
    await start('plain');
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'kept', runId: '1' } });
    await environment.run(awaitHealth(host.world), {
      ...run.turn,
      frozen: frozen.frozen,
      service: 'plain',
      gate: LONG_RUNNING,
    });
    const file = path.join(stackFolder(host.world.layout, project.name), 'runs', 'kept', '1', 'health', 'plain.jsonl');
    const samples = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Sample);
    expect(samples.at(-1)).toMatchObject({ state: 'running', container: `${project.name}-plain-1` });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('ends when it is cancelled, and another attempt goes on from its cursor', async () => {
    await start('plain');
    const waits = { ...run.turn, frozen: frozen.frozen, service: 'plain', gate: ONE_SHOT };
    const environment = new MockActivityEnvironment();
    let cursor: GateCursor | undefined;
    environment.on('heartbeat', (details: GateCursor) => (cursor = details));
    const waiting = environment.run(awaitHealth(host.world), waits);
    await eventually('the gate looks', () => cursor !== undefined);
    environment.cancel();
    await expect(waiting).rejects.toThrow('CANCELLED');

    const late = { ...cursor!, startedAtMs: cursor!.startedAtMs - ONE_SHOT.timeoutMs };
    const next = new MockActivityEnvironment({ heartbeatDetails: late });
    expect(await next.run(awaitHealth(host.world), waits)).toMatchObject({
      verdict: 'fail',
      reason: 'not done within 20 s: has not ended yet',
    });
  });
});
