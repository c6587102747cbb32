import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allServices, renderConfig } from '../../../src/docker/render-config.js';
import { serviceHashes } from '../../../src/docker/service-hashes.js';
import { Weather } from '../../../src/docker/weather.js';
import { shellProgram } from '../../support/shell-program.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'ek-render-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** The environment in which docker is this shell script. */
async function withDocker(text: string): Promise<Record<string, string>> {
  await shellProgram(directory, 'docker', text);
  return { PATH: `${directory}:${process.env['PATH']}` };
}

describe('a Compose that was asked for a configuration', () => {
  const project = () => ({ directory, files: [], envFiles: [], profiles: [] });

  it.each([130, 137, 143])('has refused nothing where it was ended from outside, with %i', async (exitCode) => {
    const env = await withDocker(`exit ${exitCode}`);
    await expect(renderConfig(project(), env)).rejects.toBeInstanceOf(Weather);
    await expect(allServices(project(), env)).rejects.toBeInstanceOf(Weather);
    await expect(serviceHashes('services: {}', { directory, project: 'x', env })).rejects.toBeInstanceOf(Weather);
  });

  it('has refused it where it ends otherwise', async () => {
    const env = await withDocker('echo "services.api must be a mapping" >&2; exit 15');
    expect(await renderConfig(project(), env)).toMatchObject({ failure: 'services.api must be a mapping' });
  });
});
