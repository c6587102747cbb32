import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { logCommand, systemdOf } from '../../../../src/cli/service/systemd.js';
import { installService } from '../../../../src/cli/verbs/service.js';
import { testCli } from '../../../support/cli-surroundings.js';
import { carriedEnvironment, unitText } from '../../../../src/cli/service/unit.js';

const run = promisify(execFile);
const env = { EVENKEEL_HOME: '/srv/with space/100%', QUOTED: 'a "b" \\c' };
const command = [process.execPath, '/opt/even keel/bin/evenkeel.mjs', 'worker', '--address', 'here:7233', '$HOME'];

describe('the unit of the service', () => {
  it('leaves alone what a worker has started, and starts it again for ever', () => {
    const text = unitText({ command, env, scope: 'system' });
    expect(text).toMatch(/^KillMode=process$/m);
    expect(text).toMatch(/^Restart=always$/m);
    expect(text).toContain('Environment="EVENKEEL_HOME=/srv/with space/100%%"');
    expect(text).toContain('Environment="QUOTED=a \\"b\\" \\\\c"');
    expect(text).toContain('"/opt/even keel/bin/evenkeel.mjs" worker --address here:7233 "$$HOME"');
  });

  it('is one that systemd takes', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-unit-'));
    try {
      const file = path.join(folder, 'evenkeel.service');
      await writeFile(file, unitText({ command, env, scope: 'user' }));
      // A machine without it has no use for the unit either.
      const said = await run('systemd-analyze', ['verify', '--user', file]).then(
        ({ stderr }) => stderr,
        (error: NodeJS.ErrnoException & { stderr?: string }) => (error.code === 'ENOENT' ? '' : (error.stderr ?? '')),
      );
      expect(said.split('\n').filter((line) => line.includes(file))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('carries where things are, and no secret', () => {
    const own = { PATH: '/bin', EVENKEEL_HOME: '/e', EVENKEEL_BUILD_ID: '2', TEMPORAL_ADDRESS: 'a:1' };
    expect(carriedEnvironment({ ...own, TEMPORAL_API_KEY: 'secret', OTHER: 'x' })).toEqual({
      carried: own,
      secret: ['TEMPORAL_API_KEY'],
    });
  });

  it('carries how Docker, registries and Temporal are reached, but no password or key', () => {
    const own = {
      ...{ HTTPS_PROXY: 'http://proxy:3128', no_proxy: 'localhost', SSL_CERT_FILE: '/ca.pem' },
      ...{ DOCKER_HOST: 'unix:///d.sock', DOCKER_CONFIG: '/d', BUILDX_BUILDER: 'own' },
      ...{ TEMPORAL_TLS: 'true', TEMPORAL_TLS_CLIENT_CERT_PATH: '/c.pem', TEMPORAL_TLS_CLIENT_KEY_PATH: '/k.pem' },
    };
    const secret = {
      ...{ HTTP_PROXY: 'http://ann:pw@proxy:3128', DOCKER_AUTH_CONFIG: '{}' },
      ...{ TEMPORAL_TLS_CLIENT_KEY_DATA: 'k', TEMPORAL_GRPC_META_AUTHORIZATION: 'x' },
    };
    expect(carriedEnvironment({ ...own, ...secret, DOCKER_CONTEXT: 'faraway' })).toEqual({
      carried: own,
      secret: Object.keys(secret),
    });
  });

  it('says nothing secret where it is printed, and names what it leaves out', async () => {
    const cli = testCli({}, { HTTP_PROXY: 'http://ann:pw@proxy:3128', HTTPS_PROXY: 'http://proxy:3128' });
    expect(await installService(cli, 'worker', { dryRun: true })).toBe(0);
    expect(cli.out.text).toContain('Environment=HTTPS_PROXY=http://proxy:3128');
    expect(cli.err.text).toContain('not written into the unit, which everybody can read: HTTP_PROXY\n');
    expect(cli.out.text + cli.err.text).not.toContain('pw');
  });

  it('is the machine’s for root, and the user’s for others', () => {
    expect(systemdOf({}, true).unitFile).toBe('/etc/systemd/system/evenkeel.service');
    expect(systemdOf({ XDG_CONFIG_HOME: '/c' }, false)).toMatchObject({
      unitFile: '/c/systemd/user/evenkeel.service',
      systemctl: ['systemctl', '--user'],
    });
    expect([true, false].map((isRoot) => logCommand(systemdOf({}, isRoot)))).toEqual([
      'journalctl -u evenkeel',
      'journalctl --user -u evenkeel',
    ]);
  });
});
