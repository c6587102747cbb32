import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freezeConfig } from '../../activities/freeze-config.js';
import { planDeployment } from '../../activities/plan-deployment.js';
import { replaceService } from '../../activities/replace-service.js';
import { mutatingSteps } from '../../src/plan/plan.js';
import type { StackSpec } from '../../src/spec/stack-spec.js';
import { openFrozen } from '../../src/store/frozen.js';
import { addStack } from '../../src/store/registry.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { HostWorld } from '../support/host-world.js';

const WEB = 'evenkeel-test/web:1';
const LABEL = 'com.docker.compose';

let host: HostWorld;
let project: TestProject;
beforeEach(async () => {
  host = await HostWorld.make();
});
afterEach(async () => {
  // `down` knows nothing of services whose profile is not active.
  for (const { id } of Object.values(await containers())) await docker(['rm', '-fv', id]);
  await project.remove();
  await docker(['rmi', `${project.name}-built`]).catch(() => undefined);
  await host.remove();
}, 60_000);

async function register(yaml: string, more: { profiles?: string[]; files?: string[] } = {}): Promise<void> {
  project = await testProject('hash', yaml);
  for (const [file, text] of Object.entries(BESIDE)) await writeFile(path.join(project.folder, file), text);
  const files = (more.files ?? []).map((file) => path.join(project.folder, file));
  const entry = { name: project.name, directory: project.folder, files, envFiles: [], profiles: more.profiles ?? [] };
  const captured = { HASH_SECRET: 'sentinel-1', HASH_HOST: 'here' };
  await addStack(
    host.world.layout,
    { ...entry, capturedEnv: Object.keys(captured), addedAt: new Date().toISOString() },
    captured,
  );
}

/** What somebody types in the project's directory, with the variables that were captured there. */
async function up(...options: string[]): Promise<string> {
  return docker(
    ['compose', '-p', project.name, '--project-directory', project.folder, ...options, 'up', '-d', '--pull', 'never'],
    { HASH_SECRET: 'sentinel-1', HASH_HOST: 'here' },
  );
}

/** Service → id and labels of its first container. */
async function containers(): Promise<Record<string, { id: string; hash: string; dependsOn: string }>> {
  const format = ['service', 'config-hash', 'depends_on'].map((name) => `{{.Label "${LABEL}.${name}"}}`).join('|');
  const filter = `label=${LABEL}.project=${project.name}`;
  const lines = await docker(['ps', '-a', '--no-trunc', '--filter', filter, '--format', `${format}|{{.ID}}`]);
  return Object.fromEntries(
    lines
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [service, hash, dependsOn, id] = line.split('|') as [string, string, string, string];
        return [service, { id, hash, dependsOn }];
      }),
  );
}

async function frozenSpec(): Promise<StackSpec> {
  const run = await host.run(project.name);
  const { frozen, findings } = await run.take(freezeConfig, { services: [], pull: false });
  if (!frozen) throw new Error(JSON.stringify(findings));
  return (await openFrozen(host.world.layout, project.name, frozen.folder)).spec;
}

/** A deployment without gates. Returns the services that were replaced. */
async function deploy(...services: string[]): Promise<string[]> {
  const run = await host.run(project.name);
  const { frozen, findings } = await run.take(freezeConfig, { services, pull: false });
  if (!frozen) throw new Error(JSON.stringify(findings));
  const asked = { frozen, services, images: 'as-tagged' as const, pull: false, noCache: false };
  const steps = mutatingSteps(await run.take(planDeployment, asked));
  for (const step of steps) await run.take(replaceService, { frozen, step });
  return steps.map(({ service }) => service);
}

const MANY = `
services:
  env-file: { image: ${WEB}, env_file: [ app.env, { path: none.env, required: false } ], environment: { OWN: 1 } }
  null-env: { image: ${WEB}, environment: [ HASH_HOST, NOT_SET, EMPTY= ] }
  escapes: { image: ${WEB}, environment: { A: "a$$b", B: "\${HASH_HOST}$$$$" }, labels: { l: "x$$y" } }
  built: { image: ${WEB}, build: { context: ., args: { HASH_HOST: } } }
  secrets:
    image: ${WEB}
    secrets: [ file, { source: env, target: other, mode: 0400 } ]
    configs: [ file, { source: inline, target: /etc/inline } ]
  replicas: { image: ${WEB}, deploy: { replicas: 2, resources: { limits: { memory: 100m, cpus: "0.5" } } } }
  extended: { extends: { file: base.yaml, service: common }, environment: { MORE: 2 } }
  profiled: { image: ${WEB}, profiles: [ active ] }
  inactive: { image: ${WEB}, profiles: [ other ] }
  mounts: { image: ${WEB}, volumes: [ /anonymous, "named:/n", "./app.env:/etc/app.env:ro", ".:/all" ], tmpfs: /t }
  ports: { image: ${WEB}, ports: [ "80", "127.0.0.1::81", { target: 99, protocol: udp, mode: host } ], expose: [ 1 ] }
  checked:
    image: ${WEB}
    init: true
    healthcheck: { test: "true", interval: 1m30s, start_period: 10s, start_interval: 1s }
    depends_on: { plain: { condition: service_started, restart: true }, maybe: { condition: service_healthy, required: false } }
    extra_hosts: [ "a:1.2.3.4" ]
    ulimits: { nofile: 1000 }
    x-evenkeel: { health: { timeout: 1m } }
  maybe: { image: ${WEB}, profiles: [ other ] }
  plain: { image: ${WEB}, networks: { default: { aliases: [ p ] }, more: } }
networks: { more: }
volumes: { named: { labels: { a: b } } }
secrets: { file: { file: ./app.env }, env: { environment: HASH_SECRET } }
configs: { file: { file: ./app.env }, inline: { content: "to \${HASH_HOST} $$5" } }
`;

const BESIDE = {
  'app.env': 'A=1\nB="q u"\nC=$$x\n',
  'base.yaml': `services: { common: { image: ${WEB}, init: true } }\n`,
  'second.yaml': 'services: { plain: { environment: { SECOND: 1 } } }\n',
};

describe("Compose's hash of a frozen service", () => {
  it('is the label that a plain up of the original files gives, whatever the service is made of', async () => {
    await register(MANY, { profiles: ['active'], files: ['compose.yaml', 'second.yaml'] });
    await docker(['tag', WEB, `${project.name}-built`]);
    const files = ['-f', 'compose.yaml', '-f', 'second.yaml'].map((part) =>
      part === '-f' ? part : path.join(project.folder, part),
    );
    await up(...files, '--profile', 'active');
    const { services, inactiveServices } = await frozenSpec();
    const labels = Object.entries(await containers()).map(([name, { hash }]) => [name, hash]);
    const hashes = Object.values(services).map(({ name, configHash }) => [name, configHash]);
    expect(Object.fromEntries(labels)).toEqual(Object.fromEntries(hashes));
    expect(inactiveServices.sort()).toEqual(['inactive', 'maybe']);
    expect(await deploy()).toEqual([]);
  }, 120_000);
});

describe('services that depend on each other', () => {
  const yaml = (version: number) => `
services:
  db: { image: ${WEB}, healthcheck: { test: "true", interval: 1s } }
  migrate: { image: ${WEB}, environment: { EXIT_CODE: 0 }, depends_on: { db: { condition: service_healthy } } }
  api:
    image: ${WEB}
    environment: { VERSION: "${version}" }
    secrets: [ key ]
    stop_grace_period: 1s
    depends_on: { db: { condition: service_healthy }, migrate: { condition: service_completed_successfully } }
  beside: { image: ${WEB}, network_mode: "service:api", environment: { PORT: 9999 }, stop_grace_period: 1s }
  within: { image: ${WEB}, volumes_from: [ "api:ro" ], pid: "service:db", stop_grace_period: 1s }
secrets: { key: { environment: HASH_SECRET } }
`;
  const rewrite = (text: string) => writeFile(path.join(project.folder, 'compose.yaml'), text);

  it('are replaced one by one, and a plain up afterwards recreates nothing', async () => {
    await register(yaml(1));
    expect((await deploy()).sort()).toEqual(['api', 'beside', 'db', 'migrate', 'within']);
    const made = await containers();
    expect(made['api']?.dependsOn).toContain('migrate:service_completed_successfully');
    await up();
    expect(await containers()).toEqual(made);
    expect(await docker(['exec', made['api']!.id, 'cat', '/run/secrets/key'])).toBe('sentinel-1');

    await rewrite(yaml(2));
    expect((await deploy()).sort()).toEqual(['api', 'beside', 'migrate', 'within']);
    const changed = await containers();
    expect(changed['api']!.id).not.toBe(made['api']!.id);
    expect(changed['db']!.id).toBe(made['db']!.id);
    await up();
    expect(await containers()).toEqual(changed);
    expect(await deploy()).toEqual([]);
  }, 180_000);

  it('leave alone what they depend on where it was not asked for and differs', async () => {
    await register(yaml(1));
    await up();
    const before = await containers();
    await rewrite(yaml(2).replace('interval: 1s', 'interval: 2s'));
    expect(await deploy('api')).toContain('api');
    const after = await containers();
    expect(after['api']!.id).not.toBe(before['api']!.id);
    expect(after['db']).toEqual(before['db']);
  }, 120_000);

  it('are not replaced once more for having been deployed beside one that differed', async () => {
    const two = (version: number) => `
services:
  db: { image: ${WEB}, environment: { VERSION: "${version}" }, stop_grace_period: 0s }
  api: { image: ${WEB}, environment: { VERSION: "${version}" }, stop_grace_period: 0s, depends_on: [ db ] }
  beside: { image: ${WEB}, network_mode: "service:api", environment: { PORT: 9999, VERSION: "${version}" }, stop_grace_period: 0s, depends_on: [ db ] }
`;
    await register(two(1));
    await up();
    await rewrite(two(2));
    expect((await deploy('api')).sort()).toEqual(['api', 'beside']);
    const { api, beside } = await containers();
    expect(await deploy()).toEqual(['db']);
    expect(await containers()).toMatchObject({ api, beside });
    expect(await deploy()).toEqual([]);
  }, 120_000);
});

describe('a secret that comes from the env file', () => {
  it('goes into the container of a frozen deployment, and a changed one is a cause', async () => {
    await register(
      `services: { web: { image: ${WEB}, secrets: [ key ] } }\nsecrets: { key: { environment: FROM_FILE } }\n`,
    );
    const setTo = (value: string) => writeFile(path.join(project.folder, '.env'), `FROM_FILE=${value}\n`);
    await setTo('sentinel-2');
    await deploy();
    const read = async () => docker(['exec', (await containers())['web']!.id, 'cat', '/run/secrets/key']);
    expect(await read()).toBe('sentinel-2');
    const hashOf = async () => (await frozenSpec()).services['web']!.contentHashes;
    const before = await hashOf();
    await setTo('sentinel-3');
    expect(Object.keys(before)).toEqual(['secret:key']);
    expect(await hashOf()).not.toEqual(before);
  }, 60_000);
});
