import { describe, expect, it } from '@jest/globals';
import { type Candidate, chooseHost } from '../../../src/presence/choose-host.js';

function host(name: string, knows: Candidate['knows'], alive = true): Candidate {
  return { host: name, alive, knows };
}

describe('the host of a stack', () => {
  it('is the only one that has it registered, whoever else runs a project of the name', () => {
    const candidates = [host('a', 'running'), host('b', 'registered'), host('c', 'nothing')];
    expect(chooseHost(candidates, undefined)).toEqual({ kind: 'found', candidate: candidates[1] });
  });

  it('is the only one where it runs, when nobody has registered it', () => {
    const candidates = [host('a', 'nothing'), host('b', 'running')];
    expect(chooseHost(candidates, undefined)).toEqual({ kind: 'found', candidate: candidates[1] });
  });

  it('is the one that was named, of several', () => {
    const candidates = [host('a', 'registered'), host('b', 'registered')];
    expect(chooseHost(candidates, 'b')).toEqual({ kind: 'found', candidate: candidates[1] });
  });

  it('cannot be told of several, and nobody guesses because one is down', () => {
    const candidates = [host('a', 'registered'), host('b', 'registered', false)];
    expect(chooseHost(candidates, undefined)).toEqual({ kind: 'several', hosts: ['a', 'b'] });
    expect(chooseHost([host('a', 'running'), host('b', 'running')], undefined)).toMatchObject({ kind: 'several' });
  });

  it('may be down', () => {
    const candidates = [host('a', 'nothing'), host('b', 'registered', false)];
    expect(chooseHost(candidates, undefined)).toEqual({ kind: 'down', candidate: candidates[1] });
    expect(chooseHost(candidates, 'b')).toEqual({ kind: 'down', candidate: candidates[1] });
  });

  it('may not be known', () => {
    const candidates = [host('a', 'nothing'), host('b', 'nothing')];
    expect(chooseHost(candidates, undefined)).toEqual({ kind: 'unknown', hosts: ['a', 'b'] });
    expect(chooseHost(candidates, 'c')).toEqual({ kind: 'no-such-host', known: ['a', 'b'] });
  });
});
