import { describe, expect, it } from '@jest/globals';
import { checkDocker } from '../../../src/cli/doctor/check-docker.js';
import { dockerEnvironment } from '../../../src/docker/compose-environment.js';

describe('the environment of Docker commands', () => {
  it('names the engine that we look at, whatever context is chosen', () => {
    expect(dockerEnvironment({ PATH: '/bin', HOME: '/root', DOCKER_CONTEXT: 'faraway', SECRET: 'x' })).toEqual({
      PATH: '/bin',
      HOME: '/root',
      DOCKER_HOST: 'unix:///var/run/docker.sock',
    });
    expect(dockerEnvironment({ DOCKER_HOST: 'tcp://user:pw@10.0.0.5:2375' })).toEqual({
      DOCKER_HOST: 'tcp://10.0.0.5:2375',
    });
  });

  it('is refused with the next move where no engine can be reached in that way, by doctor too', async () => {
    expect(() => dockerEnvironment({ DOCKER_HOST: 'ssh://me@there' })).toThrow(/ssh, which is not supported.*unix:/);
    expect(await checkDocker({ DOCKER_HOST: 'ssh://me@there' })).toMatchObject([
      { name: 'Docker Engine', state: 'fail', found: expect.stringContaining('ssh') as unknown },
    ]);
  });
});
