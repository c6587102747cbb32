import { describe, expect, it } from '@jest/globals';
import { joinContainers } from '../../../src/docker/joined-hashes.js';
import { container, running, service, stack } from '../plan/stack.js';

const api = service('api', { scale: 2 });
const observed = running(stack([api]), { api: [container(api, { number: 2 }), container(api, { number: 1 })] });

describe('joined containers', () => {
  it('are put where services are named, the first of each', () => {
    const joined = joinContainers(
      `services:
  a:
    network_mode: service:api
    environment:
      MODE: "0440"
  b:
    pid: service:api
    ipc: service:api
  c:
    volumes_from:
      - api:ro
      - container:other:ro
  d:
    network_mode: host
    depends_on: [ api ]
`,
      observed,
    );
    expect(joined).toEqual({
      services: ['a', 'b', 'c'],
      yaml: `services:
  a:
    network_mode: container:api-id-1
    environment:
      MODE: "0440"
  b:
    pid: container:api-id-1
    ipc: container:api-id-1
  c:
    volumes_from:
      - api-id-1
      - other
  d:
    network_mode: host
    depends_on: [ api ]
`,
    });
  });

  it('are left as they are where there is none', () => {
    expect(joinContainers('services: { a: { network_mode: "service:gone" } }', observed).services).toEqual([]);
    expect(joinContainers('name: empty', observed).services).toEqual([]);
  });
});
