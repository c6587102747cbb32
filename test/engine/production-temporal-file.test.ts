import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { CHECKS_RETENTION_HOURS, checksNamespace, SEARCH_ATTRIBUTES } from '../../src/names.js';
import { SERVER_TUNING } from '../../src/worker/server/dev-server-args.js';
import { repository } from '../support/deployment-world.js';

const run = promisify(execFile);
const file = path.join(repository, 'docker-compose.temporal.yml');
let folder: string;
let passwordFile: string;

interface Rendered {
  services: Record<string, { image: string; ports?: { host_ip: string; published: string }[]; secrets?: unknown[] }>;
  volumes: Record<string, { name: string }>;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-temporal-'));
  passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, 'only-in-its-file', { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true }));

async function rendered(env: Record<string, string> = {}): Promise<{ text: string; config: Rendered }> {
  const own = { PATH: process.env['PATH'], HOME: folder, EVENKEEL_TEMPORAL_PASSWORD_FILE: passwordFile, ...env };
  const { stdout } = await run('docker', ['compose', '-f', file, 'config'], { cwd: folder, env: own });
  return { text: stdout, config: parse(stdout) as Rendered };
}

const settings = (name: string): Promise<string> => readFile(path.join(repository, 'config', 'temporal', name), 'utf8');

describe('docker-compose.temporal.yml', () => {
  it('is valid, keeps its data in a named volume, and holds no password', async () => {
    const { text, config } = await rendered();
    expect(config.volumes).toEqual({ postgresql: { name: 'evenkeel-temporal_postgresql' } });
    expect(text).not.toContain('only-in-its-file');
    expect(text).not.toMatch(/PASSWORD:|SQL_PASSWORD/);
  });

  it('listens on 127.0.0.1 only, unless told otherwise, and never with the database', async () => {
    const { config } = await rendered();
    const ports = Object.values(config.services).flatMap((service) => service.ports ?? []);
    expect(ports.map(({ host_ip, published }) => `${host_ip}:${published}`).sort()).toEqual([
      ...['127.0.0.1:7233', '127.0.0.1:8233'],
    ]);
    const elsewhere = (await rendered({ EVENKEEL_TEMPORAL_BIND: '10.0.0.5', EVENKEEL_TEMPORAL_PORT: '7000' })).config;
    expect(elsewhere.services['temporal']!.ports).toMatchObject([{ host_ip: '10.0.0.5', published: '7000' }]);
    expect(elsewhere.services['postgresql']).not.toHaveProperty('ports');
  });

  it('takes other images by variables', async () => {
    const { config } = await rendered({
      ...{ EVENKEEL_TEMPORAL_POSTGRES_IMAGE: 'own/postgres', EVENKEEL_TEMPORAL_SERVER_IMAGE: 'own/server' },
      ...{ EVENKEEL_TEMPORAL_TOOLS_IMAGE: 'own/tools', EVENKEEL_TEMPORAL_UI_IMAGE: 'own/ui' },
    });
    const images = Object.fromEntries(Object.entries(config.services).map(([name, { image }]) => [name, image]));
    expect(images).toEqual({
      ...{ postgresql: 'own/postgres', schema: 'own/tools', temporal: 'own/server' },
      ...{ namespace: 'own/tools', ui: 'own/ui' },
    });
  });

  it('makes the namespace of looks beside that of runs, each with its retention, under the name that workers look for', async () => {
    const bin = path.join(folder, 'bin');
    await mkdir(bin);
    // Knows no namespace yet, and notes what it is asked to do.
    const temporal = '#!/bin/sh\ncase "$3" in describe) exit 1;; health) ;; *) echo "$@";; esac\n';
    await writeFile(path.join(bin, 'temporal'), temporal, { mode: 0o755 });
    for (const namespace of ['default', 'shop.a1b2c']) {
      const env = {
        PATH: `${bin}:${process.env['PATH']}`,
        NAMESPACE: namespace,
        RETENTION: '90d',
        CHECKS_RETENTION: '72h',
      };
      const { stdout } = await run('sh', [path.join(repository, 'config', 'temporal', 'namespace.sh')], { env });
      const checks = checksNamespace(namespace);
      const attributes = [namespace, checks].flatMap((each) =>
        Object.values(SEARCH_ATTRIBUTES).map(
          (name) => `operator search-attribute create --namespace ${each} --name ${name} --type Keyword`,
        ),
      );
      expect(stdout.trimEnd().split('\n')).toEqual([
        `operator namespace create --namespace ${namespace} --retention 90d`,
        `operator namespace create --namespace ${checks} --retention ${CHECKS_RETENTION_HOURS}h`,
        ...attributes,
      ]);
    }
    const { config } = await rendered();
    expect(config.services['namespace']).toMatchObject({
      environment: { RETENTION: '90d', CHECKS_RETENTION: `${CHECKS_RETENTION_HOURS}h` },
    });
  });

  it('has the tuning of the embedded server', async () => {
    const values = parse(await settings('dynamic.yaml')) as Record<string, { value: number }[]>;
    const flags = Object.entries(values).map(([name, [only]]) => `${name}=${only!.value}`);
    expect(flags).toEqual(SERVER_TUNING.filter((flag) => flag.includes('=')));
  });
});
