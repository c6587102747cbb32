import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { EngineAway, EngineRefused } from '../../src/docker/engine.js';
import { docker, testProject, type TestProject } from '../support/docker-cli.js';
import { type DockerProxy, startDockerProxy } from '../support/docker-proxy.js';

let proxy: DockerProxy;
let project: TestProject;
const throughProxy = () => ({ DOCKER_HOST: proxy.dockerHost });

beforeAll(async () => {
  proxy = await startDockerProxy();
  project = await testProject('proxy', 'services: { web: { image: "evenkeel-test/web:1", init: true } }');
  await project.compose('up', '-d');
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await proxy.close();
  await project.remove();
});

describe('the proxy in front of Docker', () => {
  it('lets everything through that it is not told to break', async () => {
    const id = await project.id('web');
    expect(await docker(['exec', id, 'echo', 'hijacked'], throughProxy())).toBe('hijacked');
    expect(await docker(['logs', id], throughProxy())).toMatch(/listens on 8080/);
    expect(proxy.requests.some((request) => /^POST \/exec\/\w+\/start/.test(request))).toBe(true);
  });

  it('loses replies of what was done', async () => {
    const engine = dockerodeEngine(throughProxy());
    const id = await project.id('web');
    proxy.add({ when: /^POST .*\/stop/, fault: { kind: 'lose-reply' } });
    await expect(engine.stop(id)).rejects.toBeInstanceOf(EngineAway);
    expect((await engine.inspect(id))?.State.Status).toBe('exited');
    await engine.start(id);
  });

  it('answers for the engine, as often as it is told to', async () => {
    const engine = dockerodeEngine(throughProxy());
    proxy.add({ when: /^GET \/containers/, fault: { kind: 'answer', status: 409, message: 'no room' }, times: 2 });
    for (let time = 0; time < 2; time += 1) {
      await expect(engine.portHolders()).rejects.toEqual(new EngineRefused(409, 'no room'));
    }
    await engine.portHolders();
  });

  it('cuts replies in the middle, and refuses connections', async () => {
    const engine = dockerodeEngine(throughProxy());
    const id = await project.id('web');
    proxy.add({ when: /^GET .*\/json/, fault: { kind: 'cut', afterBytes: 20 } });
    await expect(engine.inspect(id)).rejects.toBeInstanceOf(EngineAway);
    proxy.add({ when: /^GET .*\/json/, fault: { kind: 'reset' } });
    await expect(engine.inspect(id)).rejects.toBeInstanceOf(EngineAway);
    proxy.add({ when: /^GET .*\/json/, fault: { kind: 'delay', ms: 50 } });
    expect((await engine.inspect(id))?.Id).toBe(id);
  });
});
