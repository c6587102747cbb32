import { describe, expect, it } from '@jest/globals';
import { changedResources } from '../../../src/plan/changed-resources.js';
import { findingText } from '../../../src/spec/finding.js';
import { network, observedNetwork, running, service, stack } from './stack.js';

function texts(spec: ReturnType<typeof stack>, special: Parameters<typeof running>[2] = {}) {
  return changedResources(spec, running(spec, {}, special)).map(
    (finding) => `${finding.severity} ${finding.rule} ${findingText(finding)}`,
  );
}

const api = service('api');

describe('networks', () => {
  it('pass when they are what the file asks for, and when they are not there yet', () => {
    expect(texts(stack([api]))).toEqual([]);
    expect(texts(stack([api]), { networks: [] })).toEqual([]);
  });

  it('name every difference, and the way out', () => {
    const spec = stack([api], {
      networks: {
        default: network({ internal: true, driverOptions: { mtu: '1400' }, subnets: [{ subnet: '10.9.0.0/24' }] }),
      },
    });
    expect(texts(spec)).toEqual([
      'error network-changed the definition of network shop_default changed (internal: false → true, driver_opts.mtu: not set → 1400, ' +
        'subnet: 172.18.0.0/16 gateway 172.18.0.1 → 10.9.0.0/24), and it cannot be changed while containers are on it — ' +
        'take the stack down and deploy it again: docker compose -p shop down (named volumes stay); ' +
        'or give the network another key than default, so that a new one is made beside it',
    ]);
  });

  it('are not judged by what the engine chose itself', () => {
    const observed = observedNetwork({ enableIpv6: true, driverOptions: { 'com.docker.network.driver.mtu': '1450' } });
    expect(texts(stack([api]), { networks: [observed] })).toEqual([]);
  });

  it('that nothing uses are not looked at', () => {
    const networks = { default: network(), unused: network({ name: 'elsewhere', external: true }) };
    expect(texts(stack([api], { networks }))).toEqual([]);
  });

  it('have to be there where they are external, and may be anything', () => {
    const networks = { default: network({ name: 'proxy', external: true }) };
    expect(texts(stack([api], { networks }))).toEqual([
      'error network-missing the external network proxy does not exist — docker network create proxy',
    ]);
    expect(
      texts(stack([api], { networks }), { networks: [observedNetwork({ name: 'proxy', driver: 'macvlan' })] }),
    ).toEqual([]);
  });

  it('that somebody else made are warned about', () => {
    const { key: _, ...foreign } = observedNetwork();
    expect(texts(stack([api]), { networks: [foreign] })).toEqual([
      'warning network-not-ours the network shop_default exists, and was not made by Compose for this stack — if it is shared on purpose, say so: external: true',
    ]);
  });
});

describe('volumes', () => {
  const db = service('db', { volumes: ['data'] });
  const volumes = (special = {}) => ({ data: { name: 'shop_data', external: false, driverOptions: {}, ...special } });

  it('pass when they are what the file asks for, and when they are not there yet', () => {
    expect(texts(stack([db], { volumes: volumes() }))).toEqual([]);
    expect(
      texts(stack([db], { volumes: volumes() }), { volumes: [{ name: 'shop_data', driver: 'local', labels: true }] }),
    ).toEqual([]);
  });

  it('keep their driver', () => {
    const [found] = texts(stack([db], { volumes: volumes({ driver: 'nfs' }) }), {
      volumes: [{ name: 'shop_data', driver: 'local', labels: true }],
    });
    expect(found).toContain('error volume-changed the definition of volume shop_data changed (driver: local → nfs)');
  });

  it('have to be there where they are external', () => {
    expect(texts(stack([db], { volumes: volumes({ external: true }) }))).toEqual([
      'error volume-missing the external volume shop_data does not exist — docker volume create shop_data, unless its data should be there already: then look for it first',
    ]);
  });
});
