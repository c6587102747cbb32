import { expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { EngineConnection } from '../../../src/docker/dockerode-connection.js';
import { mutations } from '../../../src/docker/dockerode-change.js';
import { EngineRefused } from '../../../src/docker/engine.js';
import { isStuck } from '../../../src/docker/stuck.js';

it.each([
  'container 1f: driver "overlay2" failed to remove root filesystem: unlinkat /var/lib/docker: operation not permitted',
  'unable to remove filesystem for 1f: unlinkat /var/lib/docker/containers/1f: permission denied',
  'cannot stop container: 1f: permission denied',
  'cannot kill container: 1f: permission denied',
  'could not kill: tried to kill container, but did not receive an exit event',
])('Docker does not let go: %s', (says) => {
  expect(isStuck(new EngineRefused(500, says))).toBe(true);
  const excerpt = [`Error response from daemon: ${says}`];
  expect(isStuck(ApplicationFailure.nonRetryable('bringing back api: it failed', 'StepFailed', { excerpt }))).toBe(
    true,
  );
});

it.each([
  'No such image: shop-api:1',
  'driver failed programming external connectivity: port is already allocated',
  'OCI runtime create failed: exec: "/app": no such file or directory',
])('Docker was asked for what it cannot do: %s', (says) => {
  expect(isStuck(new EngineRefused(500, says))).toBe(false);
});

/** An engine that refuses one kind of request. */
function refusing(method: string, statusCode: number): EngineConnection {
  const answer = <T>(request: { method: string }): Promise<T> =>
    request.method === method
      ? Promise.reject(new EngineRefused(statusCode, 'something broke'))
      : Promise.resolve({ Config: {} } as T);
  return { ask: answer, find: answer, read: () => Promise.reject(new Error('not read')) };
}

it.each([
  ['POST', 'failed to end container 0123456789ab: something broke'],
  ['DELETE', 'failed to remove container 0123456789ab: something broke'],
])('whatever breaks in Docker when a container is to go, by %s', async (method, message) => {
  const error = await mutations(refusing(method, 500))
    .remove('0123456789abcdef')
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ statusCode: 500, message });
  expect(isStuck(error)).toBe(true);
  const refused = await mutations(refusing(method, 409))
    .remove('0123456789abcdef')
    .catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ message: 'something broke' });
});
