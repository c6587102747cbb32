import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { ContainerInspect } from '../../../src/docker/engine.js';
import { mountCopiesInCompose, mountCopiesInInspect } from '../../../src/docker/mount-copies.js';

const rendered = `
name: shop
services:
  web:
    image: nginx
    environment: { COLOUR: "$$blue" }
    volumes:
      - { type: bind, source: /srv/nginx.conf, target: /etc/nginx/nginx.conf, read_only: true }
      - { type: bind, source: /srv/other.conf, target: /etc/other.conf }
      - { type: volume, source: cache, target: /cache }
  api:
    image: api
    volumes:
      - { type: bind, source: /srv/nginx.conf, target: /x }
secrets:
  key: { name: shop_key, file: /srv/a$$b.pem }
`;

describe('mountCopiesInCompose', () => {
  it('replaces the sources of one service, and the files behind secrets', () => {
    const text = mountCopiesInCompose(rendered, 'web', {
      '/srv/nginx.conf': '/state/bound-0',
      '/srv/a$b.pem': '/state/$1/bound-1',
    });
    const before = parse(rendered);
    before.services.web.volumes[0].source = '/state/bound-0';
    before.secrets.key.file = '/state/$$1/bound-1';
    expect(parse(text)).toEqual(before);
  });
});

describe('mountCopiesInInspect', () => {
  it('replaces sources in binds and mounts', () => {
    const inspect = {
      HostConfig: {
        Binds: ['/srv/nginx.conf:/etc/nginx/nginx.conf:ro', '/srv/nginx.conf.d:/d'],
        Mounts: [
          { Type: 'bind', Source: '/srv/key', Target: '/run/secrets/key' },
          { Type: 'volume', Source: '/srv/key', Target: '/v' },
        ],
      },
    } as unknown as ContainerInspect;
    const { HostConfig } = mountCopiesInInspect(inspect, { '/srv/nginx.conf': '/state/0', '/srv/key': '/state/1' });
    expect(HostConfig.Binds).toEqual(['/state/0:/etc/nginx/nginx.conf:ro', '/srv/nginx.conf.d:/d']);
    expect(HostConfig.Mounts?.map(({ Source }) => Source)).toEqual(['/state/1', '/srv/key']);
  });
});
