import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestStack } from './test-stack.js';

/**
 * Counts the containers that are created of a stack, by service, by Docker's own account. Docker remembers only its last
 * 256 events, fewer than busy healthchecks make in a deployment, so it listens from the start.
 */
export class CreatedContainers {
  private text = '';

  private constructor(private readonly listener: ReturnType<typeof listen>) {
    listener.stdout.on('data', (data: Buffer) => (this.text += data.toString()));
  }

  static watch(stack: TestStack): CreatedContainers {
    return new CreatedContainers(listen(stack.name));
  }

  /** What was created since the start, or since this was asked last: `{ api: 1 }`. */
  take(): Record<string, number> {
    const created: Record<string, number> = {};
    for (const service of this.text.split('\n').filter(Boolean)) created[service] = (created[service] ?? 0) + 1;
    this.text = '';
    return created;
  }

  async stop(): Promise<void> {
    const ended = once(this.listener, 'exit');
    this.listener.kill();
    await ended;
  }
}

function listen(project: string) {
  const filters = [`label=com.docker.compose.project=${project}`, 'event=create'];
  const format = '{{index .Actor.Attributes "com.docker.compose.service"}}';
  return spawn('docker', ['events', ...filters.flatMap((filter) => ['--filter', filter]), '--format', format], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
