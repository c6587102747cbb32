import { describe, expect, it } from '@jest/globals';
import { routingOf, untaken } from '../../../src/client/worker-routing.js';

const where = { address: 'here:7233', namespace: 'shop' };
const one = { buildId: '1' };
const two = { buildId: '2' };

describe('whom Temporal gives runs to', () => {
  it.each([
    ['nobody has ever had a build id', {}, [undefined]],
    ['no build is current', { routingConfig: { currentDeploymentVersion: null } }, [undefined]],
    ['one is', { routingConfig: { currentDeploymentVersion: one } }, ['1']],
    [
      'runs go over bit by bit',
      { routingConfig: { currentDeploymentVersion: one, rampingDeploymentVersion: two, rampingVersionPercentage: 5 } },
      ['1', '2'],
    ],
    [
      'they go back to workers without one',
      { routingConfig: { currentDeploymentVersion: one, rampingVersionPercentage: 5 } },
      ['1', undefined],
    ],
    [
      'all have gone over',
      {
        routingConfig: { currentDeploymentVersion: one, rampingDeploymentVersion: two, rampingVersionPercentage: 100 },
      },
      ['2'],
    ],
  ])('%s', (_, info, takers) => expect(routingOf(info).takers).toEqual(takers));

  it('knows the builds that have asked for work', () => {
    const versionSummaries = [one, two].map((deploymentVersion) => ({ deploymentVersion }));
    expect(routingOf({ versionSummaries }).known).toEqual(['1', '2']);
  });
});

describe('runs that workers are there for', () => {
  it.each([
    [[undefined], [undefined]],
    [['1'], ['1']],
    [['1', '2'], ['2']],
    [['1'], [undefined, '1']],
  ] as const)('are taken: given to %j, workers of %j', (takers, [first, ...others]) => {
    expect(untaken({ takers: [...takers] }, [first, ...others], where)).toBeUndefined();
  });

  it.each([
    [[undefined], '2', 'no current version', '--build-id 2 '],
    [['1'], '2', 'another current version: runs go to workers of build 1,', '--build-id 2 '],
    [['1'], undefined, 'another current version', '--unversioned '],
    [['1', undefined], '2', 'workers of build 1 and workers without a build id,', '--build-id 2 '],
  ])('wait: given to %j, workers of %s, and it says what changes that', (takers, own, found, version) => {
    expect(untaken({ takers }, [own], where)).toEqual({
      found: expect.stringContaining(found),
      remedy: expect.stringContaining(
        `temporal worker deployment set-current-version --deployment-name evenkeel ${version}--namespace shop --address here:7233 --yes`,
      ),
    });
  });
});
