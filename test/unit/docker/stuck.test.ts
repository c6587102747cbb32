import { expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { EngineConnection } from '../../../src/docker/dockerode-connection.js';
import { mutations } from '../../../src/docker/dockerode-change.js';
import { EngineLate, EngineRefused } from '../../../src/docker/engine.js';
import { isStuck } from '../../../src/docker/stuck.js';
import { isWeather } from '../../../src/docker/weather.js';

it.each([
  'container 1f: driver "overlay2" failed to remove root filesystem: unlinkat /var/lib/docker: operation not permitted',
  'container 1f: driver "overlay2" failed to remove root filesystem: unlinkat /var/lib/docker: device or resource busy',
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

/** An engine that fails at one kind of request. */
function failing(method: string, error: Error): EngineConnection {
  const answer = <T>(request: { method: string }): Promise<T> =>
    request.method === method ? Promise.reject(error) : Promise.resolve({ Config: {} } as T);
  return { ask: answer, find: answer, read: () => Promise.reject(new Error('not read')) };
}

/** What comes of a container that is to go from such an engine. */
function removing(method: string, error: Error): Promise<unknown> {
  const removed = mutations(failing(method, error)).remove('0123456789abcdef');
  return removed.catch((thrown: unknown) => thrown);
}

it.each([
  ['POST', 'failed to end container 0123456789ab: something broke'],
  ['DELETE', 'failed to remove container 0123456789ab: something broke'],
])('whatever breaks in Docker when a container is to go, by %s', async (method, message) => {
  const error = await removing(method, new EngineRefused(500, 'something broke'));
  expect(error).toMatchObject({ statusCode: 500, message });
  expect(isStuck(error)).toBe(true);
  const refused = await removing(method, new EngineRefused(409, 'something broke'));
  expect(refused).toMatchObject({ message: 'something broke' });
  const late = await removing(method, new EngineLate('something broke'));
  expect(late).toMatchObject({ message });
  expect([isStuck(late), isWeather(late)]).toEqual([true, true]);
});
