import { randomBytes } from 'node:crypto';
import type { ContainerInspect, Engine } from '../docker/engine.js';
import type { RedisSeen } from '../health/judge-stores.js';
import { redisAccess } from './redis-access.js';
import { ROUND_TRIP_WITHIN } from './redis-scripts.js';

const TIMEOUT_MS = 15_000;
/** Of our scripts: no client, and nobody gets in. */
const NO_CLIENT = [65, 126, 127];

/**
 * Has the server in a container keep a key of ours for a moment, by its own client and as backups get in: its passwords stay in
 * the container, or in the environment of that command.
 */
export async function askRedis(question: {
  engine: Pick<Engine, 'exec'>;
  container: ContainerInspect;
  redact: (text: string) => string;
  signal: AbortSignal;
}): Promise<RedisSeen> {
  const { engine, container, redact, signal } = question;
  const { password, config, aclFile, user } = redisAccess(container);
  const key = `evenkeel:check:${randomBytes(8).toString('hex')}`;
  const startedAt = performance.now();
  const end = await engine.exec(container.Id, ['sh', '-c', ROUND_TRIP_WITHIN, 'evenkeel', config, aclFile, user, key], {
    ...{ timeoutMs: TIMEOUT_MS, signal },
    ...(password === undefined ? {} : { env: { REDISCLI_AUTH: password } }),
  });
  const [, trip] = /^trip\|(key|echo)$/m.exec(end.output) ?? [];
  const durationMs = performance.now() - startedAt;
  if (trip !== undefined) return { kind: 'answered', by: trip as 'key' | 'echo', durationMs };
  const [, fails] = /^trip-fails\|(.*)$/m.exec(end.output) ?? [];
  if (fails !== undefined) return { kind: 'takes-nothing', words: redact(fails).slice(0, 300) };
  if (NO_CLIENT.includes(end.exitCode)) return { kind: 'no-client' };
  const words = end.timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : redact(end.output.trim()).slice(-300);
  return { kind: 'refused', words: words === '' ? `its client ended with ${end.exitCode}` : words };
}
