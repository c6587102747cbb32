import { describe, expect, it } from '@jest/globals';
import { refuseSkew } from '../../../src/client/refuse-skew.js';

function at(version: string, alive = true) {
  return { host: 'b', version, alive };
}

describe('a client and the workers', () => {
  it.each([[[]], [[at('1.2.0')]], [[at('1.2.9'), at('1.2.1-rc1')]], [[at('0.9.0', false)]]])(
    'go together, %j',
    (workers) => expect(() => refuseSkew('1.2.3', workers)).not.toThrow(),
  );

  it.each([
    ['1.1.9', 'update it, on b'],
    ['0.3.0', 'update it, on b'],
    ['1.10.0', 'update this one'],
    ['2.0.0', 'update this one'],
  ])('do not where a worker runs %s, and it says what to update', (version, remedy) => {
    const refusal = () => refuseSkew('1.2.3', [at('1.2.3'), at(version)]);
    expect(refusal).toThrow(expect.objectContaining({ type: 'VersionSkew', remedy: expect.stringContaining(remedy) }));
    expect(refusal).toThrow(`host b runs ${version}`);
  });
});
