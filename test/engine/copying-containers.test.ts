import { expect, it } from '@jest/globals';
import { copyingContainers } from '../support/copying-containers.js';
import { docker } from '../support/docker-cli.js';

it('are seen by the volume that they mount, whatever they are called', async () => {
  const stack = `ek-test-copying-${process.pid}`;
  const volume = `${stack}_kept`;
  const id = await docker([
    ...['create', '--label', 'evenkeel.reading=1', '--network', 'none', '--mount', `type=volume,src=${volume},dst=/of`],
    'evenkeel-test/web:1',
  ]);
  const name = await docker(['inspect', '--format', '{{.Name}}', id]);
  expect(await copyingContainers(stack, process.env)).toEqual([name]);
  await docker(['rm', '--force', id]);
  await docker(['volume', 'rm', volume]);
  expect(await copyingContainers(stack, process.env)).toEqual([]);
}, 60_000);
