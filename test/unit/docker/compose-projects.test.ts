import { expect, it } from '@jest/globals';
import { composeProjects } from '../../../src/docker/compose-projects.js';

function made(created: number, labels: Record<string, string>): { Created: number; Labels: Record<string, string> } {
  const named = Object.entries(labels).map(([key, value]) => [`com.docker.compose.project${key && `.${key}`}`, value]);
  return { Created: created, Labels: Object.fromEntries(named) as Record<string, string> };
}

it('lists each project once, as its newest container tells', () => {
  const found = composeProjects([
    made(2, {
      '': 'shop',
      working_dir: '/srv/shop',
      config_files: '/srv/shop/a.yaml,/srv/shop/b.yaml',
      environment_file: '/e',
    }),
    made(1, { '': 'shop', working_dir: '/old', config_files: '/old/a.yaml' }),
    made(3, { '': 'blog', working_dir: '/srv/blog' }),
    made(4, {}),
  ]);
  expect(found).toEqual([
    { name: 'blog', workingDir: '/srv/blog', configFiles: [], envFiles: [] },
    { name: 'shop', workingDir: '/srv/shop', configFiles: ['/srv/shop/a.yaml', '/srv/shop/b.yaml'], envFiles: ['/e'] },
  ]);
});
