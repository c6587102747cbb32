import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pinName } from '../../../src/docker/pins.js';

const REFERENCE =
  /^(?:[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*:[\w][\w.-]{0,127}$/;
const stack = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,40}$/);
const service = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/);

describe('pinName', () => {
  it('reads as stack, service and release where that is legal', () => {
    expect(pinName('my-shop', 'api', '3')).toBe('evenkeel/my-shop/api:3');
    expect(pinName('my-shop', 'api', '3', 2)).toBe('evenkeel/my-shop/api:3-2');
  });

  it('is a legal image reference for every name', () => {
    fc.assert(fc.property(stack, service, (a, b) => REFERENCE.test(pinName(a, b, '12'))));
  });

  it('differs where names differ', () => {
    expect(pinName('shop', 'Api', '1')).not.toBe(pinName('shop', 'api', '1'));
    expect(pinName('shop', 'a___b', '1')).not.toBe(pinName('shop', 'a__b', '1'));
    const escaped = pinName('shop', 'Api', '1').split(/[/:]/)[2]!;
    expect(pinName('shop', escaped, '1')).not.toBe(pinName('shop', 'Api', '1'));
  });
});
