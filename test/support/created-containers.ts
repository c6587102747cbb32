import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestStack } from './test-stack.js';

/**
 * Counts the containers that are created of a stack, by service, by Docker's own account. Docker remembers only its last
 * 256 events, fewer than busy healthchecks make in a deployment, so it listens from the start.
 */
export class CreatedContainers {
  private text = '';

  private listener: ReturnType<typeof listen>;

  private constructor(private readonly stack: TestStack) {
    this.listener = this.listen();
  }

  static watch(stack: TestStack): CreatedContainers {
    return new CreatedContainers(stack);
  }

  /** Goes on where the engine has been away, which remembers what it has done since it is back. */
  resume(): void {
    if (this.listener.exitCode !== null) this.listener = this.listen('0');
  }

  /** What was created since the start, or since this was asked last: `{ api: 1 }`. */
  take(): Record<string, number> {
    const created: Record<string, number> = {};
    for (const service of this.text.split('\n').filter(Boolean)) created[service] = (created[service] ?? 0) + 1;
    this.text = '';
    return created;
  }

  async stop(): Promise<void> {
    if (this.listener.exitCode !== null) return;
    const ended = once(this.listener, 'exit');
    this.listener.kill();
    await ended;
  }

  private listen(since?: string): ReturnType<typeof listen> {
    const listener = listen(this.stack, since);
    listener.stdout.on('data', (data: Buffer) => (this.text += data.toString()));
    return listener;
  }
}

function listen({ name: project, world }: TestStack, since?: string) {
  const filters = [`label=com.docker.compose.project=${project}`, 'event=create'];
  const format = '{{index .Actor.Attributes "com.docker.compose.service"}}';
  const from = since === undefined ? [] : ['--since', since];
  return spawn(
    'docker',
    ['events', ...from, ...filters.flatMap((filter) => ['--filter', filter]), '--format', format],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: world.env,
    },
  );
}
