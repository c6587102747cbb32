import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dockerEnvironment } from '../../src/docker/compose-environment.js';
import { type Examination, examineProject } from '../../src/docker/examine-project.js';
import { findingText } from '../../src/spec/finding.js';

let directory: string;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(path.join(os.tmpdir(), 'ek-examine-')));
});
afterEach(() => rm(directory, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), text);
  }
}

function examine(special: { files?: string[]; env?: Record<string, string> } = {}): Promise<Examination> {
  const project = { directory, files: special.files ?? [], envFiles: [], profiles: [], projectName: 'ek-test-examine' };
  return examineProject(project, { ...dockerEnvironment(process.env), ...special.env });
}

const texts = ({ findings }: Examination): string[] =>
  findings.map((finding) => `${finding.severity} ${findingText(finding)}`);

describe('examineProject', () => {
  it('finds nothing wrong with a project that says nothing of us', async () => {
    await write({
      'compose.yaml': 'services:\n  api:\n    image: api\n  tools:\n    image: tools\n    profiles: [debug]\n',
    });
    const examined = await examine();
    expect(texts(examined)).toEqual([]);
    expect(examined.inactiveServices).toEqual(['tools']);
    expect(examined.health['api']).toEqual(examined.policy.health);
    expect(Object.keys(examined.rendered!['services'] as object)).toEqual(['api']);
  });

  it('names every mistake at once, with its place, and no secret', async () => {
    await write({
      '.env': 'DB_PASSWORD=sentinel-5e7c\nDEBUG_NAME=$UNKNOWN',
      'compose.yaml': `services:
  api:
    build: ./api
    environment:
      DATABASE_URL: postgres://u:\${DB_PASSWORD:?no}@db/x
      API_TOKEN: change_me
      NAME: \${NOT_SET}
    x-evenkeel: { helth: { timeout: 5s } }
`,
      'compose.override.yaml': `x-evenkeel:
  groups: { backend: [apii] }
  health:
    timeout: \${DB_PASSWORD}
`,
      'api/Dockerfile': 'FROM scratch\n',
      'api/._Dockerfile': '',
      'api/src/._main.py': '',
    });
    const examined = await examine();
    expect(texts(examined)).toEqual([
      'error compose.override.yaml:4:5 x-evenkeel.health.timeout: "[redacted]" is not a duration; write it like 90s, 5m or 1h30m',
      'error compose.override.yaml:2:23 x-evenkeel.groups.backend[0]: there is no service "apii" — did you mean api?',
      'error compose.yaml:8:19 services.api.x-evenkeel.helth: "helth" is no key of x-evenkeel — did you mean health?',
      expect.stringMatching(/^warning .env:2:12 DEBUG_NAME: the variable UNKNOWN is not set/),
      expect.stringMatching(
        /^warning compose.yaml:7:13 services.api.environment.NAME: the variable NOT_SET is not set/,
      ),
      expect.stringMatching(
        /^warning compose.yaml:6:7 services.api.environment.API_TOKEN: API_TOKEN of api still holds a placeholder/,
      ),
      expect.stringMatching(/^warning api: 2 AppleDouble files/),
    ]);
    expect(examined.secretValues).toEqual(expect.arrayContaining(['sentinel-5e7c', 'postgres://u:sentinel-5e7c@db/x']));
    expect(examined.environment['DB_PASSWORD']).toBe('sentinel-5e7c');
  });

  it('knows what secrets hold', async () => {
    await write({
      '.env': 'FROM_ENV=sentinel\n',
      'db.txt': 'filesecret\n',
      'compose.yaml':
        'services:\n  api: { image: x, secrets: [db, env] }\n' +
        'secrets:\n  db: { file: ./db.txt }\n  env: { environment: FROM_ENV }\n  gone: { file: ./gone.txt }\n',
    });
    const { secretValues, findings } = await examine();
    expect(findings).toEqual([]);
    expect(secretValues).toEqual(expect.arrayContaining(['filesecret\n', 'sentinel']));
  });

  it('names all variables that are missing, where Compose names one', async () => {
    await write({
      'compose.yaml': 'services:\n  api:\n    image: ${TAG:?which}\n    environment: { KEY: "${KEY:?why}" }\n',
    });
    expect(texts(await examine())).toEqual([
      expect.stringMatching(
        /^error compose.yaml:3:12 services.api.image: the variable TAG is required and not set: which — set TAG/,
      ),
      expect.stringMatching(
        /^error compose.yaml:4:26 services.api.environment.KEY: the variable KEY is required and not set: why/,
      ),
    ]);
    expect(texts(await examine({ env: { TAG: 'a', KEY: 'b' } }))).toEqual([]);
  });

  it('knows where things stand in included files, whatever project and variables these have of their own', async () => {
    await write({
      'compose.yaml':
        'include:\n  - store/compose.yaml\n' +
        '  - { path: [ "${WHERE:-extra}/a.yaml", extra/b.yaml ], project_directory: . }\n' +
        'services:\n  api: { image: api }\n',
      'store/.env': 'STORE_PASSWORD=sentinel78\nSTORE_TAG=1\n',
      'store/compose.yaml':
        'include: [ deep/cache.yaml, gone.yaml.d/../deep/cache.yaml ]\nservices:\n  store:\n    image: x:${STORE_TAG:?which}\n' +
        '    environment:\n      TOKEN: change_me\n      DSN: "db://x:${STORE_PASSWORD}@y"\n',
      'store/deep/cache.yaml': 'services:\n  cache:\n    image: x\n    x-evenkeel: { helth: { timeout: 5s } }\n',
      'store/gone.yaml.d/x': '',
      'extra/a.yaml': 'services:\n  extra:\n    image: x\n    x-evenkeel: { health: { timeout: soon } }\n',
      'extra/b.yaml': 'services:\n  extra:\n    init: true\n',
    });
    const examined = await examine();
    expect(texts(examined)).toEqual([
      expect.stringMatching(/^error store\/deep\/cache.yaml:4:19 services.cache.x-evenkeel.helth: /),
      expect.stringMatching(/^error extra\/a.yaml:4:29 services.extra.x-evenkeel.health.timeout: /),
      expect.stringMatching(/^warning store\/compose.yaml:6:7 services.store.environment.TOKEN: /),
    ]);
    expect(examined.secretValues).toContain('sentinel78');
  });

  it("names the place of Compose's refusal in an included file, and none of its values", async () => {
    await write({
      'compose.yaml': 'include: [ store/compose.yaml ]\n',
      'store/.env': 'REPLICA_KEY=sentinel79\n',
      'store/compose.yaml': 'services:\n  store:\n    image: x\n    deploy: { replicas: "${REPLICA_KEY}" }\n',
    });
    const [refused, ...others] = texts(await examine());
    expect(refused).toMatch(/^error store\/compose.yaml:4:15 services.store.deploy.replicas: .*failed to cast/);
    expect(refused).not.toContain('sentinel79');
    expect(others).toEqual([]);
  });

  it("passes Compose's refusal on, with its place and without values", async () => {
    await write({
      'bad.yaml': 'services:\n  api:\n    image: x\n    deploy: { replicas: "a${PASS:-sentinel77}" }\n',
      'broken.yaml': 'services:\n  api:\n    image: x\n   ports: [1]\n',
    });
    const [bad, ...others] = texts(await examine({ files: [path.join(directory, 'bad.yaml')] }));
    expect(bad).toMatch(
      /^error bad.yaml:4:15 services.api.deploy.replicas: Compose refuses the project: .*failed to cast/,
    );
    expect(bad).not.toContain('sentinel77');
    expect(others).toEqual([]);
    expect(texts(await examine({ files: [path.join(directory, 'broken.yaml')] }))[0]).toMatch(
      /^error broken.yaml:4:\d+: this is not YAML/,
    );
    expect(texts(await examine({ files: [path.join(directory, 'none.yaml')] }))[0]).toMatch(/no such file/);
  });
});
