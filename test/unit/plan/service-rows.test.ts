import { expect, it } from '@jest/globals';
import { serviceCells } from '../../../src/cli/status/service-cells.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { serviceRows } from '../../../src/plan/service-rows.js';

function container(service: string, rest: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: service,
    name: `shop-${service}-1`,
    service,
    number: 1,
    imageId: 'sha256:1',
    imageRef: `${service}:1`,
    state: 'running',
    health: 'none',
    restartCount: 0,
    startedAtMs: 0,
    createdAtMs: 0,
    configHash: 'h',
    networks: [],
    ...rest,
  };
}

const containers = [
  container('web', { health: 'healthy' }),
  container('api', { health: 'unhealthy', restartCount: 2 }),
  container('loop', { state: 'restarting', restartCount: 7 }),
  container('migrate', { state: 'exited', exitCode: 0 }),
  container('broken', { state: 'exited', exitCode: 3 }),
];

it('tells state, health, uptime, restarts, image and what deserves a look, for every service', () => {
  expect(serviceRows(containers, ['web', 'gone'], []).map((row) => serviceCells(row, 65_000))).toEqual([
    ['api', 'running', 'unhealthy', '1m05s', '2', 'api:1', 'fails its healthcheck'],
    ['broken', 'exited', '', '', '0', 'broken:1', 'exited with 3'],
    ['gone', 'absent', '', '', '0', '', 'has no container'],
    ['loop', 'restarting', '', '', '7', 'loop:1', 'crashes and is restarted, 7 times so far'],
    ['migrate', 'exited', '', '', '0', 'migrate:1', ''],
    ['web', 'running', 'healthy', '1m05s', '0', 'web:1', ''],
  ]);
});

it('keeps to the services that are asked for', () => {
  expect(serviceRows(containers, [], ['web']).map(({ service }) => service)).toEqual(['web']);
});
