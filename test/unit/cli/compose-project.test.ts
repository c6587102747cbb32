import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filesRead, findComposeProject } from '../../../src/cli/compose-project.js';

const none = { files: [], envFiles: [], profiles: [] };
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

describe('the Compose project here', () => {
  it('is found upwards, and named after its directory by the rule of Compose', async () => {
    write('My Shop_1/compose.yaml', 'services: {}');
    mkdirSync(path.join(root, 'My Shop_1/web'));
    await expect(findComposeProject(none, path.join(root, 'My Shop_1/web'))).resolves.toEqual({
      name: 'myshop_1',
      directory: path.join(root, 'My Shop_1'),
      ...none,
    });
  });

  it('is none where there is no file', async () => {
    await expect(findComposeProject(none, root)).resolves.toBeUndefined();
  });

  it('has the name that its file gives it, whatever tags of Compose stand beside', async () => {
    write('shop/docker-compose.yml', 'name: fruit\nservices: { web: { ports: !reset [] } }');
    expect(await findComposeProject(none, path.join(root, 'shop'))).toMatchObject({ name: 'fruit' });
  });

  it('has the name that its env file gives it', async () => {
    write('shop/compose.yaml', 'name: fruit');
    write('shop/.env', '# a comment\nCOMPOSE_PROJECT_NAME="orchard"\nSECRET=x\n');
    expect(await findComposeProject(none, path.join(root, 'shop'))).toMatchObject({ name: 'orchard' });
  });

  it('is that of the first file named, and takes its name from the last that has one', async () => {
    write('shop/base.yaml', 'name: fruit');
    write('other/prod.yaml', 'name: orchard');
    const files = ['shop/base.yaml', 'other/prod.yaml'];
    expect(await findComposeProject({ ...none, files }, root)).toMatchObject({
      name: 'orchard',
      directory: path.join(root, 'shop'),
      files: files.map((file) => path.join(root, file)),
    });
  });

  it('goes by the name and the directory that are typed', async () => {
    write('shop/compose.yaml', 'name: fruit');
    const flags = { ...none, projectName: 'mine', projectDirectory: 'shop' };
    expect(await findComposeProject(flags, root)).toMatchObject({ name: 'mine', directory: path.join(root, 'shop') });
  });

  it('asks for a name where the file has one that depends on variables', async () => {
    write('shop/compose.yaml', 'name: ${NAME}');
    await expect(findComposeProject(none, path.join(root, 'shop'))).rejects.toMatchObject({
      message: 'the project\'s name "${NAME}" depends on variables',
      remedy: 'name the stack with -p',
    });
  });

  it('says which file does not exist', async () => {
    const missing = { ...none, files: ['nowhere.yaml'] };
    await expect(findComposeProject(missing, root)).rejects.toThrow(
      `${path.join(root, 'nowhere.yaml')} does not exist`,
    );
  });

  it('reads the override beside its default file, and nothing beside files that are named', () => {
    write('shop/compose.yml', 'services: {}');
    write('shop/compose.override.yml', 'services: {}');
    const directory = path.join(root, 'shop');
    expect(filesRead({ directory, files: [] })).toEqual([
      `${directory}/compose.yml`,
      `${directory}/compose.override.yml`,
    ]);
    expect(filesRead({ directory, files: [`${directory}/compose.yml`] })).toEqual([`${directory}/compose.yml`]);
  });
});
