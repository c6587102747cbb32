import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { runOnTwin } from '../../activities/run-on-twin.js';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { isWeather } from '../../src/docker/weather.js';
import type { Twin } from '../../src/spec/rehearsal.js';
import { docker } from '../support/docker-cli.js';
import { type DockerProxy, startDockerProxy } from '../support/docker-proxy.js';
import { apiAndWorker, TwinStack } from '../support/twin-stack.js';

jest.setTimeout(120_000);

let stack: TwinStack;
let twin: Twin;
let proxy: DockerProxy;

beforeEach(async () => {
  stack = await TwinStack.make((version) => apiAndWorker(version));
  twin = await stack.twin();
  await stack.run.take(startOnTwin, { twin, services: ['api'] });
  proxy = await startDockerProxy();
  // What Compose asks goes through it, and what we ask does not.
  stack.host.world.env = { ...stack.host.world.env, DOCKER_HOST: proxy.dockerHost };
});
afterEach(async () => {
  await proxy.close();
  await stack.remove();
});

const run = (command: string) => stack.run.take(runOnTwin, { twin, service: 'api', command });
/** The containers of commands on the twin. */
const made = async (): Promise<string[]> => {
  const label = `label=com.docker.compose.project=${twin.project}`;
  const ids = await docker(['ps', '-aq', '--filter', label, '--filter', 'label=com.docker.compose.oneoff=True']);
  return ids.split('\n').filter(Boolean);
};

it('a command that Docker was never told to start is run by the next attempt', async () => {
  proxy.add({ when: /^POST \/containers\/\w+\/start/, fault: { kind: 'reset' } });
  expect(isWeather(await run('exit 4').catch((error: unknown) => error))).toBe(true);
  expect(await made()).toHaveLength(1);
  expect(await run('exit 4')).toMatchObject({ verdict: 'fail', reason: 'exited with 4' });
  expect(await made()).toHaveLength(1);
});

it('a command that goes on without its Compose is awaited, and run once', async () => {
  proxy.add({ when: /^POST \/containers\/\w+\/start/, fault: { kind: 'lose-reply' } });
  expect(await run('sleep 2; exit 5')).toMatchObject({ verdict: 'fail', reason: 'exited with 5' });
  expect(await made()).toHaveLength(1);
});
