import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { docker } from './docker-cli.js';
import { eventually } from './eventually.js';

const run = promisify(execFile);

/** Addresses are parted between engines by their number, of which four are possible at once. */
const numbers = [0, 1, 2, 3];

/**
 * Another Docker Engine on this machine, which shares nothing with the first: its own socket, data, containers and
 * addresses. It stands for another host, and is gone after the test. Its default bridge has a name of its own: an engine that
 * is told to have none removes `docker0`, whoever's that is. It has no hand in the firewall, in which the first one forbids what
 * it does not know, so its containers are let through to each other by a rule of ours.
 */
export class SecondEngine {
  private dockerd?: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly number: number,
  ) {}

  /** Resolves when it answers and has the images. */
  static async start(images: string[]): Promise<SecondEngine> {
    // Sockets below have names of up to 108 characters, so the folder's is short.
    const folder = await mkdtemp('/tmp/ek-d2-');
    const at = (name: string): string => path.join(folder, name);
    await writeFile(at('daemon.json'), '{}');
    const number = numbers.shift();
    if (number === undefined) throw new Error('there are four other engines already');
    const engine = new SecondEngine(folder, number);
    await run('ip', ['link', 'add', 'name', engine.bridge, 'type', 'bridge']);
    await run('ip', ['address', 'add', `10.202.${number}.1/24`, 'dev', engine.bridge]);
    await run('ip', ['link', 'set', engine.bridge, 'up']);
    await engine.letThrough('--insert');
    await engine.live();
    await docker(['save', '--output', at('images.tar'), ...images]);
    await docker(['load', '--input', at('images.tar')], engine.env);
    return engine;
  }

  /** Begins a life: always the same command, on the same data. Resolves when it answers. */
  async live(): Promise<void> {
    const at = (name: string): string => path.join(this.folder, name);
    const log = openSync(at('log'), 'a');
    const dockerd = spawn(
      'dockerd',
      [
        ...['--config-file', at('daemon.json'), '--host', `unix://${at('docker.sock')}`],
        ...['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
        ...['--bridge', this.bridge, '--iptables=false', '--ip6tables=false'],
        ...['--default-address-pool', `base=${this.addresses},size=24`],
      ],
      { stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.dockerd = dockerd;
    await eventually('the second engine answers', async () => {
      if (dockerd.exitCode !== null) throw new Error(`dockerd ended:\n${await readFile(at('log'), 'utf8')}`);
      return docker(['version'], this.env).then(
        () => true,
        () => false,
      );
    });
  }

  /** Ends the life as a service manager does; its containers end with it. */
  async die(): Promise<void> {
    const dockerd = this.dockerd!;
    if (dockerd.exitCode !== null || dockerd.signalCode !== null) return;
    const ended = once(dockerd, 'exit');
    dockerd.kill('SIGTERM');
    await ended;
  }

  /** What makes Docker's commands, and our worker, speak to this engine. */
  get env(): { DOCKER_HOST: string } {
    return { DOCKER_HOST: `unix://${path.join(this.folder, 'docker.sock')}` };
  }

  async stop(): Promise<void> {
    await this.die();
    await run('ip', ['link', 'delete', this.bridge]);
    await this.letThrough('--delete');
    await rm(this.folder, { recursive: true, force: true });
    numbers.push(this.number);
  }

  private async letThrough(how: '--insert' | '--delete'): Promise<void> {
    const { addresses } = this;
    await run('iptables', ['--wait', how, 'FORWARD', '-s', addresses, '-d', addresses, '-j', 'ACCEPT']);
  }

  private get addresses(): string {
    return `10.201.${64 * this.number}.0/18`;
  }

  private get bridge(): string {
    return path.basename(this.folder);
  }
}
