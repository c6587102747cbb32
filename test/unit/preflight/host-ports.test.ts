import { describe, expect, it } from '@jest/globals';
import { checkHostPorts, type HeldPorts } from '../../../src/preflight/host-ports.js';
import { findingText } from '../../../src/spec/finding.js';
import type { PublishedPort } from '../../../src/spec/stack-spec.js';
import { service, stack } from '../plan/stack.js';

function port(hostPort: number, hostIp = '', protocol: 'tcp' | 'udp' = 'tcp'): PublishedPort {
  return { hostIp, hostPort, containerPort: 80, protocol };
}

const api = service('api', { ports: [port(8080)] });
const web = service('web', { ports: [port(80, '127.0.0.1')] });
const spec = stack([api, web]);

function texts(held: Partial<HeldPorts>, deployed = ['api', 'web'], of = spec): string[] {
  return checkHostPorts(of, deployed, { containers: [], sockets: [], ...held }).map(
    (finding) => `${finding.severity} ${finding.rule} ${findingText(finding)}`,
  );
}

function holder(
  container: string,
  hostPort: number,
  special: { project?: string; service?: string; hostIp?: string } = {},
) {
  return { hostIp: '0.0.0.0', hostPort, protocol: 'tcp' as const, container, ...special };
}

describe('host ports', () => {
  it('are free, or held by the service that publishes them', () => {
    expect(texts({})).toEqual([]);
    expect(
      texts({
        containers: [holder('shop-api-1', 8080, { project: 'shop', service: 'api' })],
        sockets: [port(8080, '0.0.0.0')],
      }),
    ).toEqual([]);
  });

  it('are held by a container of somebody else, which is named once', () => {
    const containers = [
      holder('other-web-1', 8080, { project: 'other', service: 'web' }),
      holder('other-web-1', 8080, { project: 'other', service: 'web', hostIp: '::' }),
    ];
    expect(texts({ containers })).toEqual([
      'error port-taken api: port 8080 is held by container other-web-1 of project other — stop it, or publish api on another port: docker stop other-web-1',
    ]);
    expect(texts({ containers: [holder('loner', 80)] })[0]).toContain('port 127.0.0.1:80 is held by container loner —');
  });

  it('are held by a program outside Docker', () => {
    expect(texts({ sockets: [port(8080, '127.0.0.1')] })).toEqual([
      "error port-taken api: port 8080 is held by a program outside Docker — find it with ss -ltnp 'sport = :8080', or publish api on another port",
    ]);
  });

  it('are held by an orphan of ours', () => {
    expect(texts({ containers: [holder('shop-old-1', 8080, { project: 'shop', service: 'old' })] })).toEqual([
      'error port-held-by-orphan api: port 8080 is held by container shop-old-1, an orphan of this stack: its file no longer names old — docker rm -f shop-old-1 (its volumes stay)',
    ]);
  });

  it('move from one service to another', () => {
    const containers = [holder('shop-web-1', 8080, { project: 'shop', service: 'web' })];
    expect(texts({ containers })[0]).toContain('warning port-moves api: port 8080 moves here from web');
    expect(texts({ containers }, ['api'])[0]).toContain(
      'error port-taken api: port 8080 is held by container shop-web-1 of web, which is not deployed',
    );
  });

  it('on other addresses, of other protocols, or chosen by the engine are none of our business', () => {
    expect(texts({ sockets: [port(80, '10.0.0.1'), port(8080, '', 'udp'), port(0)] })).toEqual([]);
    expect(texts({ sockets: [port(0)] }, ['a'], stack([service('a', { ports: [port(0)] })]))).toEqual([]);
  });

  it('are published twice', () => {
    const twice = stack([
      api,
      service('b', { ports: [port(8080, '127.0.0.1')] }),
      service('c', { scale: 2, ports: [port(9000)] }),
    ]);
    expect(texts({}, ['api', 'b', 'c'], twice)).toEqual([
      'error port-twice api: publishes port 8080, and so does b — give one of them another port',
      'error port-twice c: 2 containers cannot all have port 9000 — publish a range, or none and put a proxy before it',
    ]);
    expect(texts({}, ['b'], twice)).toEqual([
      'error port-twice b: publishes port 127.0.0.1:8080, and so does api — give one of them another port',
    ]);
  });
});
