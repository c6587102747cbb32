import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../../src/gates/verdict.js';
import { judgeTwin, type TwinSeen } from '../../../src/twin/judge-twin.js';

const FACTS = {
  dependencies: { api: ['db'], db: [] },
  lacks: {},
  elsewhere: ['cache', 'legacy'],
  answering: ['api', 'db', 'shop-db-1'],
  unchecked: ['api'],
};

function judged(reason: string, excerpt: string[] = [], special: Partial<TwinSeen> = {}): Verdict {
  const verdict: Verdict = { verdict: 'fail', reason, service: 'api', excerpt, durationMs: 1 };
  return judgeTwin({ verdict, rehearsed: ['api'], facts: FACTS, unwell: [], ...special });
}

describe('judgeTwin', () => {
  it.each([
    ['an exit', 'exited with 1', ['boom']],
    ['an exit without a word', 'exited with 1', []],
    ['a sick service', 'unhealthy, 3 failed probes in a row', ['ready']],
    ['a database that refuses', 'exited with 1', ['FATAL: password authentication failed for user "app"']],
    ['a name that nothing in the stack has', 'exited with 1', ['Error: getaddrinfo ENOTFOUND databse']],
    ['a dependency on the twin that it cannot talk to', 'exited with 1', ['getaddrinfo EAI_AGAIN db']],
    ['a fetch of a dependency', 'exited with 1', ['TypeError: fetch failed', 'getaddrinfo EAI_AGAIN db']],
    ['a dependency that is slow', 'exited with 1', ['connect ETIMEDOUT db:5432']],
    [
      'a fetch that a ready dependency refuses',
      'exited with 1',
      ['TypeError: fetch failed', 'connect ECONNREFUSED 10.0.0.2:80'],
    ],
    ['its own message', 'exited with 3', ['GREETING must be set']],
    ['itself', 'exited with 1', ['connect ECONNREFUSED 127.0.0.1:5432']],
  ])('takes %s as evidence against the release', (_what, reason, excerpt) => {
    expect(judged(reason, excerpt).verdict).toBe('fail');
  });

  it.each([
    ['getaddrinfo ENOTFOUND api.stripe.com', 'api.stripe.com'],
    ['getaddrinfo EAI_AGAIN cache', 'cache'],
    ['could not translate host name "legacy" to address: Temporary failure in name resolution', 'legacy'],
    ['curl: (6) Could not resolve host: example.org', 'example.org'],
    ['dial tcp: lookup cache on 127.0.0.11:53: no such host', 'cache'],
    ['nginx: [emerg] host not found in upstream "cache:6379" in /etc/nginx/nginx.conf:4', 'cache'],
    ['socket.gaierror: [Errno -3] Temporary failure in name resolution', 'what it tried to reach'],
    ['TypeError: fetch failed', 'what it tried to reach'],
    ['Error: getaddrinfo ENOTFOUND', 'what it tried to reach'],
    ['connect ETIMEDOUT 203.0.113.7:443', 'what it tried to reach'],
    ['connect: Network is unreachable', 'what it tried to reach'],
    ['connect ENETUNREACH 203.0.113.7:443', 'what it tried to reach'],
  ])('does not hold against it that the twin lacks something: %s', (line, missed) => {
    const verdict = judged('exited with 1', [line]);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', service: 'api' });
    expect(verdict.reason).toBe(`exited with 1; the twin cannot reach ${missed}`);
  });

  it.each([
    'connect ECONNREFUSED 172.18.0.2:5432',
    'dial tcp 172.18.0.2:5432: connect: connection refused',
    'read ECONNRESET',
    'FATAL: the database system is starting up',
    'LOADING Redis is loading the dataset in memory',
  ])('holds %s against it only where all it depends on is probed for being ready', (line) => {
    const unprobed = { ...FACTS, unchecked: ['api', 'db'] };
    expect(judged('exited with 1', [line], { facts: unprobed })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'exited with 1; db, which it needs, has no healthcheck and may not have been ready',
    });
    expect(judged('unhealthy', [line]).verdict).toBe('fail');
    const imports = judged('exited with 1', [line, "Error: Cannot find module 'express'"], { facts: unprobed });
    expect(imports.verdict).toBe('fail');
  });

  it('does not hold against it that a dependency is not well, or something is empty', () => {
    expect(judged('unhealthy', [], { unwell: ['db'] })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'unhealthy; db, which it needs, is not well on the twin',
    });
    const facts = { ...FACTS, lacks: { api: ['the volume uploads is empty'] } };
    expect(judged('exited with 1', [], { facts })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'exited with 1; on the twin the volume uploads is empty',
    });
  });

  it.each([
    ['exited with 1', 'ModuleNotFoundError: No module named "flask"'],
    ['exited with 1', "Error: Cannot find module 'express'"],
    ['exited with 1', 'SyntaxError: Unexpected token'],
    ['exited with 127', 'sh: 1: serve: not found'],
    ['was created but never started: exec: "serve": executable file not found in $PATH', ''],
    ['exited with 255', 'exec /bin/web: exec format error'],
  ])('holds against it what nothing around it changes: %s, %s', (reason, line) => {
    const facts = { ...FACTS, lacks: { api: ['the volume uploads is empty'] } };
    expect(judged(reason, [line], { facts, unwell: ['db'] }).verdict).toBe('fail');
  });

  it('does not hold against the release what it does not change', () => {
    expect(judged('exited with 127', [], { rehearsed: [] }).verdict).toBe('inconclusive');
  });

  it('leaves every other verdict as it is', () => {
    const pass: Verdict = { verdict: 'pass', reason: 'healthy', service: 'api', durationMs: 1 };
    expect(judgeTwin({ verdict: pass, rehearsed: ['api'], facts: FACTS, unwell: ['db'] })).toBe(pass);
  });
});
