import { describe, expect, it } from '@jest/globals';
import type { KeptContainer, KeptFile } from '../../../src/store/releases.js';
import { seenContent } from '../../../src/store/seen-content.js';

function file(target: string, hash: string): KeptFile {
  return { target, copy: 'c', hash, mode: 0o644, uid: 0, gid: 0 };
}

function container(bound: KeptFile[], copied: KeptFile[] = []): KeptContainer {
  return { id: 'a', name: 'n', number: 1, state: 'running', imageId: 'i', inspect: 'f', bound, copied, volumes: [] };
}

describe('seenContent', () => {
  it('is what is asked for where the container sees that', () => {
    const asked = { 'bind:/etc/app.conf': 'a', 'secret:key': 'b', 'config:inline': 'c' };
    const seeing = container([file('/etc/app.conf', 'a'), file('/run/secrets/key', 'b')], [file('/inline', 'c')]);
    expect(seenContent(asked, [seeing])).toEqual(asked);
  });

  it('is another where a bound file shows something else', () => {
    const { 'bind:/etc/app.conf': hash } = seenContent({ 'bind:/etc/app.conf': 'a' }, [
      container([file('/etc/app.conf', 'x')]),
    ]);
    expect(hash).toBeDefined();
    expect(hash).not.toBe('a');
  });

  it('is another where a file was copied in that nobody asks for', () => {
    const seen = seenContent({ 'secret:key': 'new' }, [container([], [file('/run/secrets/key', 'old')])]);
    expect(seen['secret:key']).toBeDefined();
    expect(seen['secret:key']).not.toBe('new');
  });

  it('is unknown where nothing was found', () => {
    expect(seenContent({ 'secret:key': 'b', 'bind:/big': 'h' }, [container([])])).toEqual({});
  });

  it('has to hold for every container', () => {
    const one = container([file('/etc/app.conf', 'a')]);
    const other = container([file('/etc/app.conf', 'x')]);
    expect(seenContent({ 'bind:/etc/app.conf': 'a' }, [one, other])['bind:/etc/app.conf']).not.toBe('a');
  });
});
