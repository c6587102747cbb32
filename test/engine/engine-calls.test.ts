import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { connect } from '../../src/docker/dockerode-connection.js';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { EngineAway, EngineLate, EngineRefused } from '../../src/docker/engine.js';
import { isWeather } from '../../src/docker/weather.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { type DockerProxy, type Fault, startDockerProxy } from '../support/docker-proxy.js';
import { eventually } from '../support/processes.js';

const WEB = 'evenkeel-test/web:1';
const engine = dockerodeEngine({});
let project: TestProject;
let proxy: DockerProxy;

beforeAll(async () => {
  proxy = await startDockerProxy();
  project = await testProject(
    'calls',
    `
services:
  web:
    image: ${WEB}
    init: true
    ports: [ "127.0.0.1::8080" ]
    healthcheck: { test: [ CMD, "true" ], interval: 100ms }
    volumes: [ named:/named, /anonymous ]
  tty: { image: ${WEB}, tty: true, init: true }
  silent: { image: ${WEB}, init: true, logging: { driver: none } }
  loop: { image: ${WEB}, init: true, restart: always, environment: { EXIT_CODE: "7" } }
networks: { default: { ipam: { config: [ { subnet: 10.251.78.0/24 } ] } } }
volumes: { named: {} }
`,
  );
  await project.compose('up', '-d');
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await proxy.close();
  await project.remove();
});

const observed = async (service: string) =>
  (await engine.containers(project.name)).find((container) => container.service === service)!;

describe('looking', () => {
  it('tells who the engine is', async () => {
    const info = await engine.info();
    expect(info.id).not.toBe('');
    expect(info.apiVersion).toMatch(/^1\.\d+$/);
    expect(info.memoryBytes).toBeGreaterThan(1e6);
  });

  it('sees states, health and restarts of the project’s containers', async () => {
    const web = await eventually('health', async () => {
      const now = await observed('web');
      return now.health === 'healthy' ? now : undefined;
    });
    expect(web).toMatchObject({
      state: 'running',
      number: 1,
      restartCount: 0,
      imageRef: WEB,
      networks: [`${project.name}_default`],
    });
    expect(web.imageId).toBe(await engine.imageId(WEB));
    expect(web.leftoverOf).toBeUndefined();
    await eventually('a restart', async () => ((await observed('loop')).restartCount > 0 ? true : undefined));
  });

  it('leaves one-off containers out', async () => {
    await project.compose('run', '-d', '--name', `${project.name}-once`, 'tty');
    expect((await engine.containers(project.name)).filter(({ service }) => service === 'tty')).toHaveLength(1);
    await docker(['rm', '-f', `${project.name}-once`]);
  });

  it('knows what a killed Compose left behind by its name and label', async () => {
    const { id, name } = await observed('tty');
    const leftover = `${id.slice(0, 12)}_${name}`;
    const labels = { project: project.name, service: 'tty', oneoff: 'False', 'container-number': '1', replace: id };
    const flags = Object.entries(labels).flatMap(([key, value]) => ['--label', `com.docker.compose.${key}=${value}`]);
    const made = await docker(['create', '--name', leftover, ...flags, WEB]);
    const found = (await engine.containers(project.name)).find((container) => container.id === made);
    expect(found).toMatchObject({ leftoverOf: id, state: 'created' });
    expect(found?.startedAtMs).toBeUndefined();
    await engine.remove(made);
    expect(await engine.inspect(made)).toBeUndefined();
  });

  it('finds networks and volumes, by label and by name', async () => {
    const [network] = await engine.networks(project.name, []);
    expect(network).toMatchObject({ key: 'default', internal: false, subnets: [{ subnet: '10.251.78.0/24' }] });
    const names = (await engine.networks(project.name, ['bridge'])).map(({ name }) => name);
    expect(names.sort()).toEqual(['bridge', `${project.name}_default`].sort());
    const volumes = await engine.volumes(project.name, [`${project.name}_named`, 'ek-test-no-such-volume']);
    expect(volumes).toEqual([{ name: `${project.name}_named`, driver: 'local', labels: true }]);
  });

  it('knows no image, container or path that is not there', async () => {
    expect(await engine.imageId('ek-test-no-such-image:1')).toBeNull();
    expect(await engine.inspect('ek-test-no-such-container')).toBeUndefined();
    expect(await engine.readPath(await project.id('web'), '/no/such/path')).toBeUndefined();
    expect(await engine.statPath(await project.id('web'), '/no/such/path')).toBeUndefined();
  });

  it('tells exits apart from starts that are slow', async () => {
    const deaths = await eventually('two deaths', async () => {
      const found = await engine.deaths(project.name, Date.now() - 60_000);
      return found.length >= 2 ? found : undefined;
    });
    const { id } = await observed('loop');
    expect(new Set(deaths.map(({ containerId, exitCode }) => `${containerId} ${exitCode}`))).toEqual(
      new Set([`${id} 7`]),
    );
    expect(await engine.deaths(project.name, Date.now() + 60_000)).toEqual([]);
  });

  it('names who publishes a port', async () => {
    const published = await project.compose('port', 'web', '8080');
    const holders = (await engine.portHolders()).filter((holder) => holder.project === project.name);
    expect(holders).toEqual([
      {
        hostIp: '127.0.0.1',
        hostPort: Number(published.split(':')[1]),
        protocol: 'tcp',
        container: `${project.name}-web-1`,
        project: project.name,
        service: 'web',
      },
    ]);
  });
});

describe('lastLines', () => {
  it('reads both streams, and with a TTY the one', async () => {
    const hello = ['web: version 1 listens on 8080'];
    expect(await engine.lastLines(await project.id('web'), 5)).toEqual(hello);
    expect(await engine.lastLines(await project.id('tty'), 5)).toEqual(hello);
    const loop = await engine.lastLines(await project.id('loop'), 5);
    expect(new Set(loop)).toEqual(new Set(['web: version 1 exits with 7']));
  });

  it('reads only what was written since the last start', async () => {
    const id = await project.id('tty');
    await docker(['restart', '-t', '1', id]);
    const line = 'web: version 1 listens on 8080';
    // Until it has written, the last words of the run before may be what there is.
    await eventually('a line', async () => ((await engine.lastLines(id, 50)).includes(line) ? true : undefined));
    expect(await engine.lastLines(id, 50)).toEqual([line]);
  });

  it('is empty where nothing can be read', async () => {
    expect(await engine.lastLines(await project.id('silent'), 5)).toEqual([]);
    expect(await engine.lastLines('ek-test-no-such-container', 5)).toEqual([]);
  });

  it('stands a flood of short lines', async () => {
    const name = `${project.name}-flood`;
    await docker(['run', '--name', name, '--network', 'none', WEB, 'sh', '-c', 'yes "" | head -n 200000; echo end']);
    const lines = await engine.lastLines(name, 100_000);
    expect(lines).toHaveLength(100_000);
    expect(lines.at(-1)).toBe('end');
    await engine.remove(name);
  });
});

describe('exec', () => {
  const exec = async (command: string[], timeoutMs = 10_000, signal?: AbortSignal) =>
    engine.exec(await project.id('web'), command, { timeoutMs, signal });

  it('gives exit code and both streams', async () => {
    const result = await exec(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toMatchObject({ exitCode: 3, timedOut: false });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it('answers 127 for a program that is missing and 126 for one that cannot be run', async () => {
    expect((await exec(['no-such-program'])).exitCode).toBe(127);
    expect((await exec(['/no/such/program'])).exitCode).toBe(127);
    expect((await exec(['/etc/passwd'])).exitCode).toBe(126);
  });

  it('keeps the end of long output', async () => {
    const result = await exec(['sh', '-c', 'yes line | head -n 100000; echo end']);
    expect(Buffer.byteLength(result.output)).toBeLessThanOrEqual(4096);
    expect(result.output).toMatch(/end\n$/);
  });

  it('stops waiting at the time-out', async () => {
    expect(await exec(['sleep', '30'], 300)).toMatchObject({ timedOut: true, exitCode: 124 });
  });

  it('throws the reason when told to stop waiting', async () => {
    const abort = new AbortController();
    const waiting = exec(['sleep', '30'], 10_000, abort.signal);
    await eventually('the command', async () =>
      (await docker(['top', await project.id('web')])).includes('sleep 30') ? true : undefined,
    );
    abort.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
  });

  it('fails like any command in a container that is not running or not there', async () => {
    const stopped = await docker(['create', '--name', `${project.name}-stopped`, WEB]);
    for (const container of [stopped, 'ek-test-no-such-container']) {
      expect(await engine.exec(container, ['true'], { timeoutMs: 5_000 })).toMatchObject({
        exitCode: 1,
        timedOut: false,
      });
    }
    await engine.remove(stopped);
  });
});

describe('changing', () => {
  it('can be done twice', async () => {
    const id = await docker(['create', '--name', `${project.name}-twice`, '--init', WEB]);
    await engine.start(id);
    await engine.start(id);
    await engine.stop(id);
    await engine.stop(id);
    await engine.remove(id);
    await engine.remove(id);
    await engine.stop(id);
    await engine.untag('ek-test-no-such-image:1');
    await engine.removeNetwork('ek-test-no-such-network');
  });

  it('removes a running container after its grace, and no volume', async () => {
    const volume = `${project.name}_volume`;
    const script = 'trap "echo stopped >/volume/file; exit" TERM; echo ready; while :; do sleep 0.05; done';
    const name = `${project.name}-graceful`;
    await docker(['run', '-d', '--name', name, '-v', `${volume}:/volume`, WEB, 'sh', '-c', script]);
    await eventually('the trap', async () => ((await engine.lastLines(name, 1)).length > 0 ? true : undefined));
    await engine.remove(name);
    expect(await docker(['run', '--rm', '-v', `${volume}:/volume`, WEB, 'cat', '/volume/file'])).toBe('stopped');
    await docker(['volume', 'rm', volume]);
  });

  it('waits for a removal that is in progress', async () => {
    const away = dockerodeEngine({ DOCKER_HOST: proxy.dockerHost });
    const id = await docker(['create', '--name', `${project.name}-going`, WEB]);
    const message = `removal of container ${id} is already in progress`;
    proxy.add({ when: /^DELETE \/containers/, fault: { kind: 'answer', status: 409, message }, times: 2 });
    await away.remove(id);
    expect(proxy.requests.filter((request) => request.startsWith('DELETE /containers'))).toHaveLength(3);
    expect(await engine.inspect(id)).toBeUndefined();
  });

  it('gives names and takes them away, and leaves images that are used', async () => {
    const [one, two] = [`${project.name}:one`, `${project.name}:two`];
    const source = await docker(['create', '--network', 'none', WEB]);
    const image = await docker(['commit', source, one]);
    await engine.remove(source);
    const user = await docker(['run', '-d', '--init', '--network', 'none', one]);
    await engine.tag(image, two);
    await engine.untag(one);
    expect([await engine.imageId(one), await engine.imageId(two)]).toEqual([null, image]);
    // The last name: while the container runs, only the name goes.
    await engine.untag(two);
    expect([await engine.imageId(two), await engine.imageId(image)]).toEqual([null, image]);
    // While the container is stopped, taking the last name would take the image as well.
    await engine.tag(image, two);
    await engine.stop(user);
    await expect(engine.untag(two)).rejects.toBeInstanceOf(EngineRefused);
    await engine.remove(user);
    await engine.untag(two);
    expect(await engine.imageId(image)).toBeNull();
  });

  it('leaves digest references alone', async () => {
    await engine.tag((await engine.imageId(WEB))!, `shop/api@sha256:${'0'.repeat(64)}`);
  });

  it('copies files in and out, and tells what changed', async () => {
    const id = await docker(['create', '--name', `${project.name}-files`, WEB]);
    const tar = pack();
    tar.entry({ name: 'secret', mode: 0o400 }, 'content');
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    await engine.writePath(id, '/srv', Buffer.concat(chunks));
    expect((await engine.readPath(id, '/srv/secret'))?.includes('content')).toBe(true);
    expect(await engine.statPath(id, '/srv/secret')).toMatchObject({ isFile: true, size: 7 });
    expect(await engine.statPath(id, '/srv')).toMatchObject({ isFile: false });
    expect(await engine.changes(id)).toContainEqual({ path: '/srv/secret', kind: 'added' });
    await engine.remove(id);
  });
});

describe('an engine that is away', () => {
  it('is told apart from one that refuses', async () => {
    const nowhere = dockerodeEngine({ DOCKER_HOST: 'unix:///tmp/ek-test-no-such.sock' });
    const failure = await nowhere.info().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineAway);
    expect((failure as Error).message).toBe(
      'Docker at unix:///tmp/ek-test-no-such.sock does not answer (ENOENT). Is Docker running?',
    );
    expect(isWeather(failure)).toBe(true);
    await expect(engine.start('ek-test-no-such-container')).rejects.toBeInstanceOf(EngineRefused);
  });

  it('does not hold us for ever, before its reply or within it', async () => {
    const connection = connect({ DOCKER_HOST: proxy.dockerHost });
    const request = { method: 'GET', path: '/info', deadlineMs: 200 } as const;
    proxy.add({ when: /\/info/, fault: { kind: 'drop' } });
    await expect(connection.ask(request)).rejects.toThrow(/did not answer within 0.2 s/);
    const events = { method: 'GET', path: '/events', deadlineMs: 200 } as const;
    await expect(connection.ask(events)).rejects.toBeInstanceOf(EngineLate);
  });

  it('loses the reply to a removal, and is asked again', async () => {
    const away = dockerodeEngine({ DOCKER_HOST: proxy.dockerHost });
    const id = await docker(['create', WEB]);
    proxy.add({ when: /^DELETE \/containers/, fault: { kind: 'lose-reply' } });
    await expect(away.remove(id)).rejects.toBeInstanceOf(EngineAway);
    await away.remove(id);
    expect(await engine.inspect(id)).toBeUndefined();
  });
});

describe('an engine that fails at something', () => {
  const failure: Fault = { kind: 'answer', status: 500, message: 'by a test' };
  const given = async () => (await engine.imageNames((await engine.imageId(WEB))!))?.tags;

  it('is asked once more', async () => {
    const name = `${project.name}/once-more:1`;
    const behind = dockerodeEngine({ DOCKER_HOST: proxy.dockerHost });
    proxy.add({ when: /^POST \/images/, fault: failure });
    await behind.tag((await engine.imageId(WEB))!, name);
    expect(await given()).toContain(name);
    proxy.add({ when: /^DELETE \/images/, fault: failure });
    await behind.untag(name);
    expect(await given()).not.toContain(name);
    expect(proxy.hasStruck()).toBe(true);
  });

  it('has refused when it fails again, and at once where it says who is wrong', async () => {
    const behind = connect({ DOCKER_HOST: proxy.dockerHost });
    const before = proxy.requests.length;
    proxy.add({ when: /^GET \/info/, fault: failure, times: 2 });
    await expect(behind.ask({ method: 'GET', path: '/info' })).rejects.toThrow(new EngineRefused(500, 'by a test'));
    expect(proxy.requests).toHaveLength(before + 2);
    proxy.add({ when: /^GET \/info/, fault: { ...failure, status: 409 } });
    await expect(behind.ask({ method: 'GET', path: '/info' })).rejects.toThrow(EngineRefused);
    expect(proxy.requests).toHaveLength(before + 3);
  });
});

describe('an engine by TCP', () => {
  it('is reached at the address, whatever the environment of this process says', async () => {
    const asked: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.url);
      response.end('[]');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'unix:///nowhere.sock';
    try {
      expect(await dockerodeEngine({ DOCKER_HOST: `tcp://127.0.0.1:${port}` }).portHolders()).toEqual([]);
      process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:9';
      expect((await dockerodeEngine({}).info()).id).not.toBe('');
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
      server.close();
    }
    expect(asked).toEqual(['/containers/json?']);
  });
});
