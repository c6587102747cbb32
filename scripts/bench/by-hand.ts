import type { BenchStack } from './bench-stack.js';
import { run } from './run.js';

/** One web service with a published port, as a stack and as the commands that a person would type for the same. */
export const SINGLE_FILES = {
  'compose.yaml': `x-evenkeel: { health: { stable_for: 0s }, rehearse: { mode: off } }
services:
  web:
    image: evenkeel-test/web:1
    environment: { VERSION: "\${VERSION}", UNHEALTHY: "\${UNHEALTHY:-0}" }
    ports: ["127.0.0.1:\${PORT}:8080"]
    healthcheck:
      test: [CMD, wget, -qO-, "http://127.0.0.1:8080/health"]
      interval: 1s
      timeout: 5s
      retries: 1
`,
};

/** A container that is run without Compose, on the network of a stack. */
export class ByHand {
  constructor(
    private readonly stack: BenchStack,
    private readonly port: number,
  ) {}

  /** `docker stop`, `docker rm`, `docker run`. */
  async replace(version: string): Promise<void> {
    await run(['docker', 'stop', this.name]);
    await run(['docker', 'rm', this.name]);
    await this.start(version);
  }

  async start(version: string): Promise<void> {
    const place = ['--name', this.name, '--network', `${this.stack.name}_default`];
    const health = ['--health-cmd', 'wget -qO- http://127.0.0.1:8080/health', '--health-interval', '1s'];
    const rest = ['-e', `VERSION=${version}`, '-p', `127.0.0.1:${this.port}:8080`, ...health];
    await run(['docker', 'run', '-d', ...place, ...rest, 'evenkeel-test/web:1']);
  }

  async remove(): Promise<void> {
    await run(['docker', 'rm', '-f', this.name], { mayEndWith: [1] });
  }

  private get name(): string {
    return `${this.stack.name}-by-hand`;
  }
}
