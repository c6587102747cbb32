import { describe, expect, it } from '@jest/globals';
import { clientsFor } from '../../../src/gates/endpoint-clients.js';
import { type Answer, type Endpoint, type EndpointOrigin, shownEndpoint } from '../../../src/gates/endpoint.js';
import { endpointsOf } from '../../../src/gates/endpoints.js';
import { judgeEndpoint, weighGuesses, worstOf } from '../../../src/gates/judge-endpoint.js';
import { fail, inconclusive, pass } from '../../../src/gates/judgement.js';

const http = (origin: EndpointOrigin, more: object = {}): Endpoint => {
  return {
    ...{ kind: 'http', scheme: 'http', port: 8000, path: '/health' },
    loopback: '127.0.0.1',
    timeoutMs: 5000,
    origin,
    ...more,
  };
};
const tcp: Endpoint = { kind: 'tcp', port: 5432, loopback: '127.0.0.1', timeoutMs: 5000, origin: 'published' };

describe('which endpoints a service has', () => {
  const facts = { environment: {}, published: [8000, 9000, 8000] };
  const healthcheck = { command: ['curl', '-f', 'http://localhost:8000/health'] };

  it('those that are configured, before all others', () => {
    const configured = [{ kind: 'tcp' as const, port: 1, timeoutMs: 100 }];
    expect(endpointsOf({ ...facts, healthcheck, configured })).toMatchObject([{ port: 1, origin: 'configured' }]);
    expect(endpointsOf({ ...facts, healthcheck, configured: [] })).toEqual([]);
  });

  it('those in its healthcheck, before its ports', () => {
    expect(endpointsOf({ ...facts, healthcheck })).toEqual([http('healthcheck')]);
  });

  it('a connection to each port that it publishes', () => {
    const unreadable = { command: ['/healthcheck'] };
    expect(endpointsOf({ ...facts, healthcheck: unreadable })).toMatchObject([
      { kind: 'tcp', port: 8000, origin: 'published' },
      { kind: 'tcp', port: 9000, origin: 'published' },
    ]);
    expect(endpointsOf({ environment: {}, published: [] })).toEqual([]);
  });
});

describe('how an answer is judged', () => {
  const status = (code: number): Answer => ({ kind: 'status', status: code });
  const refused: Answer = { kind: 'refused', what: 'refuses connections' };

  it.each<[string, Endpoint, Answer, string]>([
    ['configured, as wanted', http('configured'), status(200), 'pass'],
    ['configured, with a status of its own', http('configured', { status: 401 }), status(401), 'pass'],
    ['configured, with another status', http('configured', { status: 401 }), status(200), 'fail'],
    ['configured, 204 is not 200', http('configured'), status(204), 'fail'],
    ['configured, missing', http('configured'), status(404), 'fail'],
    ['configured, a redirect', http('configured'), status(302), 'fail'],
    ['configured, not HTTP', http('configured'), { kind: 'garbled', what: 'does not answer in HTTP' }, 'fail'],
    ['guessed, 200', http('healthcheck'), status(200), 'pass'],
    ['guessed, missing', http('healthcheck'), status(404), 'pass'],
    ['guessed, unauthorized', http('healthcheck'), status(401), 'pass'],
    ['guessed, forbidden', http('healthcheck'), status(403), 'pass'],
    ['guessed, a redirect', http('healthcheck'), status(302), 'pass'],
    ['guessed, a server error', http('healthcheck'), status(500), 'fail'],
    ['guessed, unavailable', http('healthcheck'), status(503), 'fail'],
    ['guessed, not HTTP', http('healthcheck'), { kind: 'garbled', what: 'does not answer in HTTP' }, 'pass'],
    ['guessed, nobody listens', http('healthcheck'), refused, 'fail'],
    ['guessed, no answer', http('healthcheck'), { kind: 'timeout' }, 'fail'],
    ['guessed, no way', http('healthcheck'), { kind: 'unreachable', what: 'no way' }, 'inconclusive'],
    ['configured, no way', http('configured'), { kind: 'unreachable', what: 'no way' }, 'inconclusive'],
    ['a port, connected', tcp, { kind: 'connected' }, 'pass'],
    ['a port, refused', tcp, refused, 'fail'],
  ])('%s', (_, endpoint, answer, verdict) => {
    const judged = judgeEndpoint(endpoint, 'api', { answer, via: 'at 172.18.0.2:8000', durationMs: 12.4 });
    expect(judged.verdict).toBe(verdict);
  });

  it('says what was asked, what came, how soon, and how it was reached', () => {
    const endpoint = http('configured', { scheme: 'https' });
    const reached = { answer: status(302), via: 'published at 127.0.0.1:8443', durationMs: 12.4, unverified: true };
    expect(judgeEndpoint(endpoint, 'api', reached).reason).toBe(
      'https://api:8000/health answers with 302 in 12 ms (published at 127.0.0.1:8443, certificate not verified), not with 200; redirects are not followed',
    );
  });

  it('never shows a query', () => {
    expect(shownEndpoint(http('healthcheck', { path: '/health?token=abc?d' }), 'api')).toBe('http://api:8000/health?…');
  });

  it('takes the worst of all, and says no more than fits', () => {
    expect(worstOf([pass('a'), inconclusive('b'), fail('c')])).toEqual(fail('c'));
    expect(worstOf([pass('a'), inconclusive('b')])).toEqual(inconclusive('b'));
    expect(worstOf([pass('a'), pass('b'), pass('b'), pass('c'), pass('d')]).reason).toBe('a; b; c; and 1 more');
  });
});

describe('what clients within a container say', () => {
  const said = (endpoint: Endpoint, name: string, exitCode: number, output = ''): Answer | undefined =>
    clientsFor(endpoint)
      .find((client) => client.name === name)!
      .read({ exitCode, output });
  const web = http('healthcheck');

  it.each<[string, number, string, Answer | undefined]>([
    ['curl', 0, '204', { kind: 'status', status: 204 }],
    ['curl', 7, '000', { kind: 'refused', what: 'refuses connections' }],
    ['curl', 28, '000', { kind: 'timeout' }],
    ['curl', 127, 'exec: "curl": executable file not found in $PATH', undefined],
    ['wget', 1, 'wget: server returned error: HTTP/1.1 404 Not Found', { kind: 'status', status: 404 }],
    ['wget', 8, 'HTTP request sent, awaiting response... 503 Service Unavailable', { kind: 'status', status: 503 }],
    ['wget', 124, 'Connecting to 127.0.0.1:8080', { kind: 'timeout' }],
    ['wget', 0, '', { kind: 'status', status: 200 }],
    [
      'wget',
      1,
      "wget: can't connect to remote host (127.0.0.1): Connection refused",
      { kind: 'refused', what: 'refuses connections' },
    ],
    ['wget', 1, 'wget: unrecognized option: T\nUsage: wget … Network read timeout', undefined],
    ['wget', 127, 'env: wget: No such file or directory', undefined],
    ['node', 0, 'endpoint:status 302', { kind: 'status', status: 302 }],
    ['python3', 0, 'endpoint:timeout', { kind: 'timeout' }],
    ['python3', 1, 'ModuleNotFoundError: no module named ssl', undefined],
    ['nc', 0, 'HTTP/1.1 200 OK\r\nServer: x', { kind: 'status', status: 200 }],
    ['bash', 1, 'bash: connect: Connection refused', { kind: 'refused', what: 'refuses connections' }],
  ])('%s, ended with %d: %s', (name, exitCode, output, answer) => {
    expect(said(web, name, exitCode, output)).toEqual(answer);
  });

  it('asks HTTP over TLS only of clients that know it', () => {
    const names = clientsFor(http('configured', { scheme: 'https' })).map(({ name }) => name);
    expect(names).toEqual(['curl', 'node', 'python3', 'wget']);
  });
});

describe('what a service answers on guessed endpoints', () => {
  const weighed = (...asked: [Endpoint, Answer][]) =>
    weighGuesses(
      asked.map(([endpoint, answer]) => {
        const reached = { answer, via: 'at 172.18.0.3', durationMs: 1 };
        return { endpoint, reached, judgement: judgeEndpoint(endpoint, 'api', reached) };
      }),
    ).map(({ verdict }) => verdict);
  const refuses: Answer = { kind: 'refused', what: 'refuses connections' };
  const closes: Answer = { kind: 'refused', what: 'closed the connection without an answer' };

  it('is well where one of its published ports takes connections', () => {
    const debugging = { ...tcp, port: 9229 };
    expect(weighed([tcp, { kind: 'connected' }], [debugging, refuses])).toEqual(['pass', 'inconclusive']);
    expect(weighed([tcp, refuses], [debugging, { kind: 'timeout' }])).toEqual(['fail', 'fail']);
  });

  it('cannot be told from a server that closes without a word on what its healthcheck asks', () => {
    expect(weighed([http('healthcheck'), closes])).toEqual(['inconclusive']);
    expect(weighed([http('healthcheck'), refuses])).toEqual(['fail']);
    expect(weighed([http('configured'), closes])).toEqual(['fail']);
  });
});
