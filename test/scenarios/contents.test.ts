import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../../src/plan/plan.js';
import { cases, inDepth } from '../support/in-depth.js';
import { oneHost } from '../support/one-host.js';
import type { RunEnd } from '../support/run-end.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

/** As editors and version control write a file: a container that mounts the old one keeps it. */
async function replaceByRename(file: string, content: string): Promise<void> {
  await stack.write(`${file}.new`, content);
  await rename(path.join(stack.directory, `${file}.new`), path.join(stack.directory, file));
}

/** What the service sees of each content. */
async function seen(): Promise<{ site: string; token: string; key: string }> {
  const cat = (file: string): Promise<string> => stack.exec('web', 'cat', file);
  return {
    site: await cat('/etc/site/site.conf'),
    token: await cat('/run/secrets/token'),
    key: await cat('/run/secrets/key'),
  };
}

/** Why the plan of a run replaced the service. */
async function causes({ result }: RunEnd): Promise<string[]> {
  const plan = JSON.parse(await readFile(path.join(result!.runFolder!, 'plan.json'), 'utf8')) as Plan;
  return plan.waves.flat().flatMap(({ because }) => because);
}

/** The value of a variable in the service's container. */
async function variable(name: string): Promise<string | undefined> {
  const [container] = await stack.inspect();
  return container!.Config.Env.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

async function siteMount(): Promise<string | undefined> {
  const [container] = await stack.inspect();
  return container!.Mounts.find(({ Destination }) => Destination === '/etc/site/site.conf')?.Source;
}

const OLD = { site: 'old site', token: 'old token', key: 'old-key' };
const NEW = { site: 'new site', token: 'new token', key: 'new-key' };

describe('contents', () => {
  it('are causes when they change, by rename or in place, and the service sees the new ones', async () => {
    stack = await host.make('contents');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    expect(await seen()).toEqual(OLD);
    const first = await stack.ids();
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: [], unchanged: ['web'] } });
    expect(await stack.ids()).toEqual(first);

    await replaceByRename('site.conf', 'new site\n');
    const renamed = await stack.deploy();
    expect(renamed).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect(await causes(renamed)).toEqual(['site.conf changed']);
    expect(await seen()).toEqual({ ...OLD, site: 'new site' });

    await stack.write('site.conf', 'newest site\n');
    await stack.write('token.txt', 'new token\n');
    await stack.write('.env', 'KEY=new-key\n');
    const edited = await stack.deploy();
    expect(edited).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect((await causes(edited)).sort()).toEqual(['secret key changed', 'secret token changed', 'site.conf changed']);
    expect(await seen()).toEqual({ ...NEW, site: 'newest site' });

    const last = await stack.ids();
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: [] } });
    expect(await stack.ids()).toEqual(last);
  }, 180_000);

  const byRename = (content: string): Promise<void> => replaceByRename('site.conf', content);
  const inPlace = (content: string): Promise<void> => stack.write('site.conf', content);
  it.each(cases<[string, typeof byRename]>([['by rename', byRename]], [['in place', inPlace]]))(
    'changed %s under a bad release come back as they were, and go forward with the next good one',
    async (_, change) => {
      stack = await host.make('contents');
      await stack.deploy();
      await change('new site\n');
      await stack.write('token.txt', 'new token\n');
      await stack.write('.env', 'KEY=new-key\nWEB_EXIT_CODE=3\n');
      const bad = await stack.deploy();
      expect(bad).toMatchObject({ type: 'rolled-back', result: { release: '1', leftovers: [] } });
      expect(await seen()).toEqual(OLD);
      expect(await siteMount()).toContain(host.world.stateFolder);
      for (const file of ['site.conf', 'token.txt']) {
        expect(bad.result!.remarks.filter((remark) => remark.includes(path.join(stack.directory, file)))).toHaveLength(
          1,
        );
      }

      await stack.write('.env', 'KEY=new-key\n');
      expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
      expect(await seen()).toEqual(NEW);
      expect(await siteMount()).toBe(path.join(stack.directory, 'site.conf'));
      const before = await stack.ids();
      await stack.compose('up', '-d');
      expect(await stack.ids()).toEqual(before);
    },
    180_000,
  );

  inDepth(() => {
    it('of a stack that people brought up come back too, though no file on disk has them any more', async () => {
      stack = await host.make('contents');
      await stack.compose('up', '-d', '--wait');
      await replaceByRename('site.conf', 'new site\n');
      await replaceByRename('token.txt', 'new token\n');
      await stack.write('.env', 'KEY=new-key\nWEB_EXIT_CODE=3\n');
      expect(await stack.deploy()).toMatchObject({
        type: 'rolled-back',
        result: { previousRelease: '1', leftovers: [] },
      });
      expect(await seen()).toEqual(OLD);

      await stack.write('.env', 'KEY=new-key\n');
      expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
      expect(await seen()).toEqual(NEW);
    }, 180_000);
  });
});

describe('variables', () => {
  it("of the worker's shell do not leak in; captured ones count, and a shell that differs is told", async () => {
    await host.world.killWorker('SIGTERM');
    await host.world.startWorker({
      VERSION: '99',
      LEAK: '1',
      CAPTURED: 'worker',
      KEY: 'worker',
      COMPOSE_PROJECT_NAME: 'other',
    });
    stack = await host.make('contents');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    expect([await variable('VERSION'), await variable('LEAK'), await variable('CAPTURED')]).toEqual([
      '1',
      'none',
      'none',
    ]);
    expect((await seen()).key).toBe('old-key');

    const here = (CAPTURED: string): { cwd: string; env: NodeJS.ProcessEnv } => ({
      cwd: stack.directory,
      env: { CAPTURED },
    });
    const added = await host.world.evenkeel(['-p', stack.name, 'stack', 'add', '--env', 'CAPTURED'], here('mine'));
    expect(added.exitCode).toBe(0);
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect(await variable('CAPTURED')).toBe('mine');

    const before = await stack.ids();
    const deployed = await host.world.evenkeel(['-p', stack.name, 'deploy'], here('something-else'));
    expect(deployed.exitCode).toBe(0);
    expect(deployed.stderr).toMatch(/\bCAPTURED\b/);
    expect(deployed.stdout + deployed.stderr).not.toMatch(/something-else|mine/);
    expect(await stack.ids()).toEqual(before);

    const same = await host.world.evenkeel(['-p', stack.name, 'deploy'], here('mine'));
    expect(same.stderr).not.toMatch(/\bCAPTURED\b/);
  }, 180_000);
});
