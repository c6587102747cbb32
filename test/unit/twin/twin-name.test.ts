import { describe, expect, it } from '@jest/globals';
import { twinProject } from '../../../src/twin/twin-name.js';

describe('twinProject', () => {
  it('is a project name of Compose that tells stack and run', () => {
    expect(twinProject('shop', '3F2A91C0-77aa-4b')).toBe('shop-twin-3f2a91c0');
    expect(twinProject('a'.repeat(90), 'r-1')).toBe(`${'a'.repeat(40)}-twin-r1`);
    expect(twinProject('_-Shop.de', '1')).toBe('shopde-twin-1');
    expect(() => twinProject('shop', '--')).toThrow('no letter');
  });
});
