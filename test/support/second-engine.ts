import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { docker } from './docker-cli.js';
import { eventually } from './eventually.js';

/**
 * Another Docker Engine on this machine, which shares nothing with the first: its own socket, data and containers, and a network
 * of its own, with its own interfaces and firewall. (One that starts again beside another on one network removes the other's
 * `docker0`.) It stands for another host, which reaches nobody, and is gone after the test.
 */
export class SecondEngine {
  private dockerd?: ChildProcess;

  private constructor(private readonly folder: string) {}

  /** Resolves when it answers and has the images. */
  static async start(images: string[]): Promise<SecondEngine> {
    // Sockets below have names of up to 108 characters, so the folder's is short.
    const folder = await mkdtemp('/tmp/ek-d2-');
    const archive = path.join(folder, 'images.tar');
    await writeFile(path.join(folder, 'daemon.json'), '{}');
    const engine = new SecondEngine(folder);
    await engine.live();
    await docker(['save', '--output', archive, ...images]);
    await docker(['load', '--input', archive], engine.env);
    return engine;
  }

  /** Begins a life: always the same command, on the same data. Resolves when it answers. */
  async live(): Promise<void> {
    const at = (name: string): string => path.join(this.folder, name);
    const log = openSync(at('log'), 'a');
    const dockerd = spawn(
      'unshare',
      [
        ...['--net', 'sh', '-c', 'ip link set lo up && exec dockerd "$@"', 'sh'],
        ...['--config-file', at('daemon.json'), '--host', `unix://${at('docker.sock')}`],
        ...['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')],
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
    await rm(this.folder, { recursive: true, force: true });
  }
}
