import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { docker } from './docker-cli.js';
import { eventually } from './eventually.js';

const run = promisify(execFile);

/**
 * Another Docker Engine on this machine, which shares nothing with the first: its own socket, data, containers and
 * addresses, and no rule in anybody's firewall. It stands for another host, and is gone after the test. Its default bridge
 * has a name of its own: an engine that is told to have none removes `docker0`, whoever's that is.
 */
export class SecondEngine {
  private constructor(
    private readonly folder: string,
    private readonly bridge: string,
    private readonly dockerd: ChildProcess,
  ) {}

  /** Resolves when it answers and has the images. */
  static async start(images: string[]): Promise<SecondEngine> {
    // Sockets below have names of up to 108 characters, so the folder's is short.
    const folder = await mkdtemp('/tmp/ek-d2-');
    const at = (name: string): string => path.join(folder, name);
    await writeFile(at('daemon.json'), '{}');
    const bridge = path.basename(folder);
    await run('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']);
    await run('ip', ['address', 'add', '10.202.0.1/24', 'dev', bridge]);
    await run('ip', ['link', 'set', bridge, 'up']);
    const log = openSync(at('log'), 'w');
    const dockerd = spawn(
      'dockerd',
      [
        ...['--config-file', at('daemon.json'), '--host', `unix://${at('docker.sock')}`],
        ...['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
        ...['--bridge', bridge, '--iptables=false', '--ip6tables=false'],
        ...['--default-address-pool', 'base=10.201.0.0/16,size=24'],
      ],
      { stdio: ['ignore', log, log] },
    );
    const engine = new SecondEngine(folder, bridge, dockerd);
    await eventually('the second engine answers', async () => {
      if (dockerd.exitCode !== null) throw new Error(`dockerd ended:\n${await readFile(at('log'), 'utf8')}`);
      return docker(['version'], engine.env).then(
        () => true,
        () => false,
      );
    });
    await docker(['save', '--output', at('images.tar'), ...images]);
    await docker(['load', '--input', at('images.tar')], engine.env);
    return engine;
  }

  /** What makes Docker's commands, and our worker, speak to this engine. */
  get env(): { DOCKER_HOST: string } {
    return { DOCKER_HOST: `unix://${path.join(this.folder, 'docker.sock')}` };
  }

  async stop(): Promise<void> {
    const { dockerd } = this;
    if (dockerd.exitCode === null && dockerd.signalCode === null) {
      const ended = once(dockerd, 'exit');
      dockerd.kill('SIGTERM');
      await ended;
    }
    await run('ip', ['link', 'delete', this.bridge]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
