import { describe, expect, it } from '@jest/globals';
import { mountsOf, storeVolume, type InspectedMount } from '../../../src/backup/store-volume.js';

const mount = (Destination: string, special: Partial<InspectedMount> = {}): InspectedMount => ({
  ...{ Type: 'volume', Name: `shop_${Destination.slice(1).replaceAll('/', '-')}`, Destination, RW: true },
  ...special,
});

describe('the volume of a store', () => {
  it('is the one that holds the data folder of PostgreSQL, wherever its settings put it', () => {
    const mounts = [mount('/var/lib'), mount('/srv/pg')];
    expect(storeVolume({ type: 'postgres' }, { mounts, environment: ['PGDATA=/srv/pg/15'] })).toEqual({
      volume: 'shop_srv-pg',
      target: '/srv/pg',
    });
    expect(storeVolume({ type: 'postgres' }, { mounts, environment: [] })).toMatchObject({ target: '/var/lib' });
  });

  it('is where Redis said that it saves, and where a volume was mounted', () => {
    const mounts = [mount('/data'), mount('/saves')];
    const at = { mounts, environment: [] };
    expect(storeVolume({ type: 'redis', details: { dir: '/saves' } }, at)).toMatchObject({ target: '/saves' });
    expect(storeVolume({ type: 'redis' }, at)).toMatchObject({ target: '/data' });
    expect(storeVolume({ type: 'volume', target: '/data' }, at)).toMatchObject({ target: '/data' });
  });

  it('is told by its mount how much of it is there', () => {
    const HostConfig = { Mounts: [{ Target: '/data', VolumeOptions: { Subpath: 'a' } }, { Target: '/saves' }] };
    expect(mountsOf({ Mounts: [mount('/data'), mount('/saves')], HostConfig })).toEqual([
      mount('/data', { Subpath: 'a' }),
      mount('/saves'),
    ]);
    expect(mountsOf({ Mounts: [mount('/data')], HostConfig: {} })).toEqual([mount('/data')]);
  });

  it.each([
    ['of the host', [mount('/data', { Type: 'bind' })], /bound from the host/],
    ['read-only', [mount('/data', { RW: false })], /without leave to write/],
    ['a folder of one', [mount('/data', { Subpath: 'a' })], /the folder a of the volume shop_data/],
    ['none', [mount('/database')], /mounts nothing at \/data/],
    ['one of two', [mount('/data'), mount('/data/wal')], /second place, at \/data\/wal/],
  ])('is refused where it is %s', (_what, mounts, why) => {
    expect(storeVolume({ type: 'volume', target: '/data' }, { mounts, environment: [] })).toEqual({
      why: expect.stringMatching(why),
    });
  });
});
