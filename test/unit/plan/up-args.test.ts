import { describe, expect, it } from '@jest/globals';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { upArgs, type UpWish } from '../../../src/plan/up-args.js';
import type { ServiceSpec } from '../../../src/spec/stack-spec.js';
import { after, container, imageId, running, service, stack } from './stack.js';

const db = service('db');
const migrate = service('migrate', { dependsOn: [after('db', 'healthy')], configHashAlone: 'alone' });
const api = service('api', { dependsOn: [after('migrate', 'completed')], configHashAlone: 'alone' });

function argsFor(
  found: Record<string, ObservedContainer[]>,
  wish: Partial<UpWish> = {},
  asked: ServiceSpec = api,
): string[] {
  const spec = stack([db, migrate, asked]);
  return upArgs(spec, running(spec, found), { service: 'api', scale: 2, force: false, start: true, ...wish });
}

describe('upArgs', () => {
  it('leaves dependencies out where the label does not depend on them', () => {
    const args = argsFor({}, {}, service('api', { dependsOn: api.dependsOn }));
    expect(args).toEqual(['up', '-d', '--no-deps', '--no-build', '--pull', 'never', '--scale', 'api=2', 'api']);
  });

  it('creates it beside settled dependencies at the scale they have, and leaves the start to the caller', () => {
    const found = {
      db: [container(db), container(db, { number: 2 })],
      migrate: [container(migrate, { state: 'exited', exitCode: 0 })],
    };
    const args = argsFor(found, { force: true });
    expect(args).not.toContain('--no-deps');
    expect(args).toEqual(expect.arrayContaining(['--no-start', '--force-recreate']));
    expect(args.slice(-7)).toEqual(['--scale', 'db=2', '--scale', 'migrate=1', '--scale', 'api=2', 'api']);
  });

  it('starts nothing that is to stay stopped', () => {
    const changed = { db: [container(db, { configHash: 'other' })] };
    expect(argsFor(changed, { start: false }).slice(0, 3)).toEqual(['up', '--no-start', '--no-deps']);
  });

  it.each([
    ['its configuration is another', { configHash: 'other' }],
    ['its image is another', { imageId: imageId('other') }],
    ['it is paused', { state: 'paused' as const }],
    ['a dead Compose left it behind', { leftoverOf: 'x' }],
  ])('touches no dependency that Compose would change: %s', (_, special) => {
    expect(argsFor({ db: [container(db, special)] })).toContain('--no-deps');
  });
});
