import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { readRouting, routingOf, untaken } from '../../../src/client/worker-routing.js';

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

describe('asking Temporal', () => {
  /** One that knows of these deployments. */
  const client = (names: string[], described: string[]): Client =>
    ({
      options: { namespace: 'shop' },
      workflowService: {
        listWorkerDeployments: async () => ({ workerDeployments: names.map((name) => ({ name })) }),
        describeWorkerDeployment: async ({ deploymentName }: { deploymentName: string }) => {
          described.push(deploymentName);
          return { workerDeploymentInfo: { routingConfig: { currentDeploymentVersion: one } } };
        },
      },
    }) as unknown as Client;

  it('describes the deployment only where there is one', async () => {
    const described: string[] = [];
    expect((await readRouting(client(['theirs'], described))).takers).toEqual([undefined]);
    expect(described).toEqual([]);
    expect((await readRouting(client(['theirs', 'evenkeel'], described))).takers).toEqual(['1']);
    expect(described).toEqual(['evenkeel']);
  });
});
