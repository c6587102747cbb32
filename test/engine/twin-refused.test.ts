import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startOnTwin } from '../../activities/start-on-twin.js';
import { apiAndWorker, NO_TWIN, TwinStack } from '../support/twin-stack.js';

jest.setTimeout(120_000);

let stack: TwinStack;
afterEach(() => stack.remove());

describe('a twin is refused', () => {
  type Document = { services: Record<string, Record<string, unknown>>; networks: object; volumes: object };

  it.each<[string, (document: Document) => void, string]>([
    [
      "the stack's network",
      (d) => Object.assign(d.networks, { default: { name: `${stack.project.name}_default`, external: true } }),
      'is external',
    ],
    [
      "the stack's volume",
      (d) => Object.assign(d.volumes, { data: { name: `${stack.project.name}_data`, external: true } }),
      'is external',
    ],
    ['a writable bind', (d) => bind(d, { source: stack.project.folder }), 'may write to'],
    ['the docker socket', (d) => bind(d, { source: '/var/run/docker.sock', read_only: true }), 'reaches the machine'],
    [
      "a live container's processes",
      (d) => Object.assign(d.services['api']!, { pid: `container:${stack.project.name}-worker-1` }),
      'joins pid',
    ],
    [
      "a live container's IPC",
      (d) => Object.assign(d.services['api']!, { ipc: `container:${stack.project.name}-worker-1` }),
      'joins ipc',
    ],
    [
      "a live container's network",
      (d) =>
        Object.assign(d.services['api']!, {
          networks: undefined,
          network_mode: `container:${stack.project.name}-worker-1`,
        }),
      'joins network_mode',
    ],
  ])('with %s', async (_what, change, reason) => {
    stack = await TwinStack.make((version) => apiAndWorker(version));
    const twin = await stack.twin();
    const file = stack.composeFile(twin);
    const document = JSON.parse(await readFile(file, 'utf8')) as Document;
    change(document);
    await writeFile(file, JSON.stringify(document));
    const started = stack.run.take(startOnTwin, { twin, services: ['api'] });
    await expect(started).rejects.toMatchObject({
      type: 'StepFailed',
      message: expect.stringContaining(reason) as unknown,
    });
    expect((await stack.twinThings()).containers).toEqual([]);
  });

  it('where a container came out otherwise than its document says', async () => {
    stack = await TwinStack.make((version) => apiAndWorker(version));
    const twin = await stack.twin();
    await writeFile(
      path.join(stack.run.folder, 'twin', 'live.json'),
      JSON.stringify({ volumes: [], networks: [`${twin.project}_default`] }),
    );
    await expect(stack.run.take(startOnTwin, { twin, services: ['api'] })).rejects.toMatchObject({
      message: expect.stringContaining(`it is on the network ${twin.project}_default`) as unknown,
    });
    expect(await stack.onTwin(twin, 'api')).toBe('');
    await stack.takeDown(twin);
    expect(await stack.twinThings()).toEqual(NO_TWIN);
  });

  function bind(document: Document, special: object): void {
    const mount = { type: 'bind', target: '/x', bind: { create_host_path: false }, ...special };
    Object.assign(document.services['api']!, { volumes: [mount] });
  }
});
