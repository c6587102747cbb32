import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { buildImages } from '../../activities/build-images.js';
import { freezeConfig } from '../../activities/freeze-config.js';
import { planDeployment } from '../../activities/plan-deployment.js';
import { preflight } from '../../activities/preflight.js';
import { replaceService } from '../../activities/replace-service.js';
import { mutatingSteps, type Plan } from '../../src/plan/plan.js';
import type { Finding } from '../../src/spec/finding.js';
import type { FrozenRef } from '../../src/spec/stack-spec.js';
import { addStack } from '../../src/store/registry.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { HostWorld, type Run } from '../support/host-world.js';

const WEB = 'evenkeel-test/web:1';

let host: HostWorld;
let project: TestProject;
beforeEach(async () => {
  host = await HostWorld.make();
});
afterEach(async () => {
  await project.remove();
  await docker(['rmi', '-f', `${project.name}-web`]).catch(() => undefined);
  await host.remove();
}, 60_000);

async function register(purpose: string, yaml: string): Promise<void> {
  project = await testProject(purpose, yaml);
  const entry = {
    name: project.name,
    directory: project.folder,
    files: [],
    envFiles: [],
    profiles: [],
    capturedEnv: [],
  };
  await addStack(host.world.layout, { ...entry, addedAt: new Date().toISOString() }, {});
}

/** A run that has frozen what the files say now. */
async function frozenRun(): Promise<{ run: Run; frozen: FrozenRef }> {
  const run = await host.run(project.name);
  const { frozen, findings } = await run.take(freezeConfig, { services: [], pull: false });
  if (!frozen) throw new Error(JSON.stringify(findings));
  return { run, frozen };
}

async function planNow(
  images: 'as-tagged' | 'may-change' = 'as-tagged',
): Promise<{ plan: Plan; run: Run; frozen: FrozenRef }> {
  const { run, frozen } = await frozenRun();
  const asked = { frozen, services: [], images, pull: false, noCache: false };
  return { plan: await run.take(planDeployment, asked), run, frozen };
}

async function preflightNow(): Promise<Finding[]> {
  const { run, frozen } = await frozenRun();
  return run.take(preflight, { frozen, services: [] });
}

const rewrite = (yaml: string) => writeFile(path.join(project.folder, 'compose.yaml'), yaml);

const because = ({ plan }: { plan: Plan }) =>
  Object.fromEntries(plan.waves.flat().map(({ kind, service, because: causes }) => [`${kind} ${service}`, causes]));

describe('a stack that somebody brought up with Compose', () => {
  const yaml = (version: number, network = '{}') => `
services:
  db: { image: ${WEB}, restart: always, environment: { EMPTY: } }
  migrate: { image: ${WEB}, environment: { EXIT_CODE: 0 }, depends_on: [ db ] }
  api:
    image: ${WEB}
    restart: always
    environment: { VERSION: "${version}" }
    volumes: [ "./page:/page:ro", "data:/data", /anonymous ]
    depends_on: { migrate: { condition: service_completed_successfully } }
    healthcheck: { test: [ CMD, "true" ], interval: 1s }
  beside: { image: ${WEB}, network_mode: "service:api", environment: { PORT: 9999 } }
  web: { image: ${WEB}, depends_on: [ api ], restart: always }
  debug: { image: ${WEB}, profiles: [ debug ] }
networks: { default: ${network} }
volumes: { data: {} }
`;

  it('has an empty plan, sees a change with all it reaches, and refuses a changed network', async () => {
    await register('plan', yaml(1));
    await writeFile(path.join(project.folder, 'page'), 'one');
    await project.compose('--profile', 'debug', 'up', '-d', '--wait').catch(() => undefined);
    expect(await preflightNow()).toEqual([]);

    const { plan, run } = await planNow();
    expect(plan).toMatchObject({ waves: [], orphans: [], unchanged: ['api', 'beside', 'db', 'migrate', 'web'] });
    expect(await readFile(path.join(run.folder, 'plan.txt'), 'utf8')).toContain('none of 5 services change');
    expect((await stat(path.join(run.folder, 'observed.json'))).mode & 0o777).toBe(0o600);

    await rewrite(yaml(2));
    const change = await planNow();
    expect(because(change)).toEqual({
      'run-again migrate': ['api waits for it, and changes'],
      'replace api': ['configuration changed'],
      'replace beside': ['shares namespaces or volumes of api, which is replaced'],
      'judge web': ['depends on api, migrate'],
    });

    for (const step of mutatingSteps(change.plan))
      await change.run.take(replaceService, { frozen: change.frozen, step });
    expect((await planNow()).plan.waves).toEqual([]);
    const before = await project.compose('ps', '-aq');
    await project.compose('up', '-d');
    expect(await project.compose('ps', '-aq')).toBe(before);

    await rewrite(yaml(2, '{ internal: true }'));
    const changed = { type: 'StepFailed', message: expect.stringContaining('internal: false → true') as unknown };
    await expect(planNow()).rejects.toMatchObject(changed);
    expect(await preflightNow()).toMatchObject([{ rule: 'network-changed', severity: 'error' }]);
  }, 120_000);
});

describe('a dry run', () => {
  it('tells whether a build would change something, without building', async () => {
    await register('maychange', 'services: { web: { build: . } }');
    const dockerfile = (text: string) =>
      writeFile(path.join(project.folder, 'Dockerfile'), `FROM ${WEB}\nENV BUILT=${text}\n`);
    await dockerfile('one');
    expect(because(await planNow('may-change'))).toEqual({ 'replace web': ['has no container yet'] });

    const { run, frozen } = await frozenRun();
    await project.compose('up', '-d', '--build');
    expect((await planNow('may-change')).plan.mayChange).toEqual([
      { service: 'web', because: 'it has not been built here yet' },
    ]);
    await run.take(buildImages, { frozen, services: ['web'], noCache: false, pull: false });
    expect((await planNow('may-change')).plan).toMatchObject({ waves: [], mayChange: [] });

    await dockerfile('two');
    expect((await planNow('may-change')).plan.mayChange).toEqual([
      { service: 'web', because: 'its build context changed' },
    ]);
  }, 120_000);
});
