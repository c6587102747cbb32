import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { cases } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { makingsOf, standingOf } from '../support/standing.js';
import { TestStack } from '../support/test-stack.js';

const OFF = { skip: ['rehearsal' as const], reason: 'to see what a rehearsal spares' };

interface BadRelease {
  /** What is added to `.env`. */
  env: string;
  culprit: string;
  /** What the failure says. */
  says: RegExp;
}

/** Those that have to run in order to be told; what gates alone do not see comes first. */
const BAD_AT_WORK: Record<string, BadRelease> = {
  'speaks TLS to a database that does not, and is healthy': {
    env: 'API_SSLMODE=require',
    culprit: 'api',
    says: /server does not support SSL/,
  },
  'crashes on start': { env: 'API_EXIT_CODE=3', culprit: 'api', says: /exited with 3/ },
  'brings a migration that fails': {
    env: "MIGRATION='alter table absent add column late text'",
    culprit: 'migrate',
    says: /exited with 1/,
  },
  'lacks a module': {
    env: `API_IMAGE=evenkeel-local/node:bookworm\nAPI_START='node -e "require(\\"left-out\\")"'`,
    culprit: 'api',
    says: /exited with 1/,
  },
  'lacks a variable': { env: 'API_TOKEN=', culprit: 'api', says: /exited with 2/ },
};

/** Those that can be told by their image alone, so that it needs no rehearsal. */
const BAD_AT_SIGHT: Record<string, Omit<BadRelease, 'culprit'>> = {
  'is built for another processor': { env: 'API_IMAGE=${foreign}', says: /is for linux.*, and this engine runs/ },
  'lacks the program that it is started with': { env: 'API_START=/usr/local/bin/api', says: /\/usr\/local\/bin\/api/ },
};

/** The database, and the volume without a name that the image of the migration brings. */
const STORES = ['postgres-db', 'volume-migrate-var%2Flib%2Fpostgresql%2Fdata'].map((store) =>
  expect.objectContaining({ store, proven: true }),
);

let world: DeploymentWorld;
/** One on which releases are rehearsed, and one on which they are not. */
let rehearsed: TestStack;
let unrehearsed: TestStack;
let foreign: string;

beforeAll(async () => {
  world = await DeploymentWorld.start();
  [rehearsed, unrehearsed] = await Promise.all([stackThatServes(), stackThatServes()]);
  foreign = await imageForAnotherProcessor();
}, 180_000);
afterAll(async () => {
  await Promise.all([rehearsed.remove(), unrehearsed.remove()]);
  await world.stop();
}, 60_000);

describe('a release that', () => {
  const bad = Object.entries(BAD_AT_WORK);
  it.each(cases(bad.slice(0, 3), bad.slice(3)))(
    '%s is told on the twin',
    async (_, release) => isToldOnTheTwin(release),
    180_000,
  );

  it.each(cases(bad.slice(0, 1), bad.slice(1)))(
    '%s is taken back where it was not rehearsed',
    async (_, release) => isTakenBack(release),
    180_000,
  );

  it.each(Object.entries(BAD_AT_SIGHT))(
    '%s is rejected before it is started anywhere, rehearsed or not',
    async (_, release) => {
      await bothSettled([isRejected(rehearsed, {}, release), isRejected(unrehearsed, OFF, release)]);
    },
    180_000,
  );
});

describe('a good release', () => {
  it('writes into the database of its twin while it is rehearsed, and into that of the stack once', async () => {
    const rows = await rowsWritten();
    await rehearsed.write('.env', 'VERSION=2\n');
    expect(await rehearsed.deploy()).toMatchObject({
      type: 'succeeded',
      result: { touched: ['migrate', 'api'], rehearsal: { verdict: 'pass', stores: expect.arrayContaining(STORES) } },
    });
    expect(await rowsWritten()).toEqual([...rows, '2']);
    await nothingIsLeft(rehearsed);
  }, 120_000);
});

/** Nothing of the stack is touched, and its database is not written. */
async function isToldOnTheTwin({ env, culprit, says }: BadRelease): Promise<void> {
  const [before, rows] = [await standingOf(rehearsed), await rowsWritten()];
  await rehearsed.write('.env', `VERSION=2\n${env}\n`);
  const end = await rehearsed.deploy();
  expect(end).toMatchObject({
    type: 'rejected',
    result: { touched: [], leftovers: [], failure: { service: culprit, phase: 'rehearsal' } },
  });
  expect([end.message, ...(end.result?.failure?.excerpt ?? [])].join('\n')).toMatch(says);
  expect(await standingOf(rehearsed)).toEqual(before);
  expect(await rowsWritten()).toEqual(rows);
  await nothingIsLeft(rehearsed);
}

async function isTakenBack({ env, culprit, says }: BadRelease): Promise<void> {
  const before = await serving();
  await unrehearsed.write('.env', `VERSION=2\n${env}\n`);
  const end = await unrehearsed.deploy(OFF);
  expect(end).toMatchObject({
    type: 'rolled-back',
    result: {
      touched: expect.arrayContaining([culprit]),
      failure: { service: culprit, phase: 'replace' },
      // The backup has been proven, and nothing of the release has run for that.
      warnings: [expect.objectContaining({ rule: 'skipped' })],
    },
  });
  expect([end.message, ...(end.result?.failure?.excerpt ?? [])].join('\n')).toMatch(says);
  expect(await serving()).toEqual(before);
  await nothingIsLeft(unrehearsed);
}

async function isRejected(
  stack: TestStack,
  request: Parameters<TestStack['deploy']>[0],
  { env, says }: Omit<BadRelease, 'culprit'>,
): Promise<void> {
  const before = await standingOf(stack);
  await stack.write('.env', `VERSION=2\n${env.replace('${foreign}', foreign)}\n`);
  const end = await stack.deploy(request);
  expect(end).toMatchObject({
    type: 'rejected',
    result: { touched: [], failure: { service: 'api', phase: 'rehearsal' } },
  });
  expect(end.message).toMatch(says);
  expect(await standingOf(stack)).toEqual(before);
  await nothingIsLeft(stack);
}

/** The second one is not left at work when the first one fails. */
async function bothSettled(both: Promise<void>[]): Promise<void> {
  for (const settled of await Promise.allSettled(both)) if (settled.status === 'rejected') throw settled.reason;
}

async function stackThatServes(): Promise<TestStack> {
  const stack = await TestStack.make(world, 'rehearsed', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  return stack;
}

/** A row for each start of the API, by its version. */
async function rowsWritten(): Promise<string[]> {
  const rows = await rehearsed.exec('db', 'psql', '-U', 'app', '-tAc', 'select version from starts order by ctid');
  return rows.split('\n');
}

/** A migration that was taken back is there again, and has not run another time. */
async function serving(): Promise<unknown> {
  const { containers, ...around } = await makingsOf(unrehearsed);
  return { running: containers.filter((one) => (one as { State: string }).State === 'running'), ...around };
}

async function nothingIsLeft(stack: TestStack): Promise<void> {
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}

/** Its name goes with the images of the stack. */
async function imageForAnotherProcessor(): Promise<string> {
  const name = `${rehearsed.name}-foreign`;
  const file = `${rehearsed.directory}/Dockerfile.foreign`;
  await rehearsed.write('Dockerfile.foreign', 'FROM scratch\nCOPY api.sh /srv/api.sh\n');
  const platform = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
  await docker(['build', '-q', '--platform', platform, '-f', file, '-t', name, rehearsed.directory]);
  return `${name}:latest`;
}
