import { expect, it } from '@jest/globals';
import type { ContainerInspect } from '../../../src/docker/engine.js';
import { observedContainer } from '../../../src/docker/observed-from-inspect.js';

/** As Docker describes a container with these ports. */
function described(ports: object | null): ContainerInspect {
  return {
    ...{ Id: 'f00', Name: '/shop-web-1', Image: 'sha256:1', RestartCount: 0, Created: '2026-01-01T00:00:00Z' },
    State: { Status: 'running', StartedAt: '2026-01-01T00:00:00Z' },
    Config: { Image: 'web', Labels: {} },
    NetworkSettings: { Ports: ports, Networks: {} },
  } as unknown as ContainerInspect;
}

it('knows the ports of the host that a container holds, not those that it only exposes', () => {
  const ports = {
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
    '53/udp': [{ HostIp: '127.0.0.1', HostPort: '53' }],
    '443/tcp': null,
  };
  expect(observedContainer(described(ports)).ports).toEqual([
    { hostIp: '0.0.0.0', hostPort: 8080, protocol: 'tcp' },
    { hostIp: '::', hostPort: 8080, protocol: 'tcp' },
    { hostIp: '127.0.0.1', hostPort: 53, protocol: 'udp' },
  ]);
  expect(observedContainer(described(null))).not.toHaveProperty('ports');
});
