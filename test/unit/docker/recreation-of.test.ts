import { describe, expect, it } from '@jest/globals';
import type { ContainerInspect } from '../../../src/docker/engine.js';
import { recreationOf } from '../../../src/docker/recreation-of.js';

const ID = 'dd87e4ada3992e69a5e6fbdec644ecd9c62ac187ea53b037c7fbc11808ebd0ae';
const OTHER = '7a74f110c627e861e71b0c6baeade8ce4ed83ed719c72276a241e58545370907';

/** An inspect with as much in it as these tests look at. */
function inspected(parts: {
  config?: object;
  host?: object;
  mounts?: object[];
  networks?: Record<string, object>;
}): ContainerInspect {
  return {
    Id: ID,
    Name: '/shop-api-1',
    Config: { Hostname: 'given', Image: 'shop-api', ...parts.config },
    HostConfig: { NetworkMode: 'shop_front', ...parts.host },
    Mounts: parts.mounts ?? [],
    NetworkSettings: { Networks: parts.networks ?? {} },
  } as unknown as ContainerInspect;
}

const volume = (Name: string, Destination: string, RW = true) => ({ Type: 'volume', Name, Destination, RW });

describe('recreationOf', () => {
  it('keeps a host name that was given, and no other', () => {
    expect(recreationOf(inspected({}), 'shop-api').body.Hostname).toBe('given');
    const own = inspected({ config: { Hostname: ID.slice(0, 12) } });
    expect(recreationOf(own, 'shop-api').body).not.toHaveProperty('Hostname');
  });

  it('leaves out what Docker copies from a container whose network is shared', () => {
    const sharing = inspected({
      config: { ExposedPorts: { '80/tcp': {} } },
      host: { NetworkMode: `container:${OTHER}` },
    });
    const { body } = recreationOf(sharing, 'shop-api');
    expect(body).not.toHaveProperty('Hostname');
    expect(body).not.toHaveProperty('ExposedPorts');
  });

  it('names those who stand in for the containers it shared with', () => {
    const mode = `container:${OTHER}`;
    const host = { NetworkMode: mode, PidMode: mode, IpcMode: 'private', VolumesFrom: [OTHER, `${ID}:ro`] };
    const { body } = recreationOf(inspected({ host }), 'shop-api', { [OTHER]: 'new' });
    expect(body.HostConfig).toMatchObject({
      NetworkMode: 'container:new',
      PidMode: 'container:new',
      IpcMode: 'private',
      VolumesFrom: ['new', `${ID}:ro`],
    });
  });

  it('puts anonymous volumes back by name, declared by the file or by the image', () => {
    const { body } = recreationOf(
      inspected({
        host: {
          Binds: ['shop_db:/db:rw', '/etc/x:/x:ro'],
          Mounts: [{ Type: 'volume', Target: '/declared', VolumeOptions: {} }],
        },
        mounts: [volume('shop_db', '/db'), volume('a1', '/declared'), volume('b2', '/from-image', false)],
      }),
      'shop-api',
    );
    expect(body.HostConfig?.Binds).toEqual(['shop_db:/db:rw', '/etc/x:/x:ro']);
    expect(body.HostConfig?.Mounts).toEqual([
      { Type: 'volume', Source: 'a1', Target: '/declared', VolumeOptions: {} },
      { Type: 'volume', Source: 'b2', Target: '/from-image', ReadOnly: true },
    ]);
  });

  it('attaches it to its networks as it was, and lets the engine choose what it chose before', () => {
    const addresses = { IPAddress: '172.23.0.2', MacAddress: '02:42:ac:17:00:02', EndpointID: 'e', NetworkID: 'n' };
    const { endpoints } = recreationOf(
      inspected({
        networks: {
          shop_front: { ...addresses, IPAMConfig: { IPv4Address: '172.23.0.2' }, Aliases: ['api', ID.slice(0, 12)] },
          shop_back: { ...addresses, IPAMConfig: {}, Aliases: ['api'], MacAddress: '02:42:aa:bb:cc:d1' },
        },
      }),
      'shop-api',
    );
    expect(endpoints).toEqual({
      shop_front: { IPAMConfig: { IPv4Address: '172.23.0.2' }, Aliases: ['api'] },
      shop_back: { IPAMConfig: {}, Aliases: ['api'], MacAddress: '02:42:aa:bb:cc:d1' },
    });
  });

  it('keeps the MAC address of the first network of a stopped container', () => {
    const stopped = inspected({
      config: { MacAddress: '02:42:aa:bb:cc:d1' },
      networks: { shop_front: { MacAddress: '', IPAddress: '' }, shop_back: { MacAddress: '', IPAddress: '' } },
    });
    expect(recreationOf(stopped, 'shop-api').endpoints).toEqual({
      shop_front: { MacAddress: '02:42:aa:bb:cc:d1' },
      shop_back: {},
    });
  });
});
