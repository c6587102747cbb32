import { describe, expect, it } from '@jest/globals';
import { passing, RETRY_ROWS, retryRow, type RetryClass, type Said } from '../../src/retry-classes.js';

/** What Docker Engine 26, Compose 2.26, registries, Node and Temporal really say; which class that is; and why. */
const KNOWN: readonly [RetryClass, string, ...(string | Said)[]][] = [
  [
    'final',
    'there is no such image',
    'Error response from daemon: No such image: shop-api:latest',
    'Error response from daemon: manifest for shop/api:9 not found: manifest unknown: manifest unknown',
  ],
  [
    'final',
    'the registry does not give us the image',
    "Error response from daemon: pull access denied for shop/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  [
    'final',
    'the image is for another machine',
    'exec /bin/web: exec format error',
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    'image with reference shop/api:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
  ],
  [
    'final',
    'the image lacks its program',
    'OCI runtime create failed: runc create failed: unable to start container process: exec: "web": executable file not found in $PATH: unknown',
  ],
  [
    'final',
    'the configuration is wrong',
    'service "api" has neither an image nor a build context specified: invalid compose project',
    'invalid reference format: repository name (Shop/api) must be lowercase',
    'failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN',
    "validating /shop/compose.yaml: services.api additional properties 'imag' not allowed",
    'validating /shop/compose.yaml: services.api Additional property imag is not allowed',
  ],
  [
    'final',
    'somebody else has the port',
    'Error response from daemon: driver failed programming external connectivity on endpoint shop-web-1 (f00): Bind for 0.0.0.0:8080 failed: port is already allocated',
  ],
  ['passes', 'Docker is stopping', 'Error response from daemon: create shop_data-before-1: database not open'],
  ['passes', 'Docker is stopping', 'ERROR: failed to solve: failed to prepare abc as def: database not open'],
  [
    'passes',
    'Docker does not answer',
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    'error during connect: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info": EOF',
    { code: 'ENOENT', isOfConnection: true },
    { code: 'ENOTFOUND', isOfConnection: true },
    { text: 'aborted', isOfConnection: true },
  ],
  ['passes', 'Docker has started anew', 'Error response from daemon: No such exec instance: 0f3a'],
  [
    'passes',
    'the connection was refused',
    'dial tcp 10.0.0.5:5000: connect: connection refused',
    'connect ECONNREFUSED 10.0.0.5:5000',
    { code: 'ECONNREFUSED' },
  ],
  [
    'passes',
    'the connection was cut',
    'read unix @->/run/docker.sock: read: connection reset by peer',
    'socket hang up',
    'write unix @->/run/docker.sock: write: broken pipe',
    'unexpected EOF',
    'time="2026-11-28T19:12:47Z" level=error msg="error waiting for container: unexpected EOF"',
    'http: server closed idle connection',
    { code: 'ECONNRESET' },
    { code: 'ECONNABORTED' },
    { code: 'EPIPE' },
  ],
  [
    'passes',
    'there was no answer in time',
    'error pulling image configuration: download failed after attempts=6: dial tcp: lookup production.cloudflare.docker.com: i/o timeout',
    'Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
    'Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'Get "https://registry-1.docker.io/v2/": context deadline exceeded',
    { code: 'ETIMEDOUT' },
  ],
  [
    'passes',
    'a name did not resolve',
    'Get "https://registry.example/v2/": dial tcp: lookup registry.example: Temporary failure in name resolution',
    { code: 'EAI_AGAIN' },
  ],
  [
    'passes',
    'the network is down',
    'dial tcp 10.0.0.5:5000: connect: no route to host',
    'dial tcp 10.0.0.5:5000: connect: network is unreachable',
    { code: 'EHOSTUNREACH' },
    { code: 'ENETUNREACH' },
  ],
  [
    'passes',
    'a container is still being removed',
    'Error response from daemon: removal of container 4f66ad9a0b2e is already in progress',
    'Error response from daemon: container 4f66ad9a0b2e is marked for removal and cannot be started',
  ],
  [
    'passes',
    'a container on its way out still holds the name',
    'Error response from daemon: Conflict. The container name "/shop-api-1" is already in use by container "4f66ad9a0b2e". You have to remove (or rename) that container to be able to reuse that name.',
  ],
  [
    'passes',
    'the kernel still holds something of an old container',
    'unable to remove filesystem for 4f66ad9a0b2e: unlinkat /var/lib/docker/containers/4f66: device or resource busy',
  ],
  [
    'passes',
    'the registry asks for patience',
    'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/blobs/sha256:0: 429 Too Many Requests',
    { status: 429 },
  ],
  [
    'passes',
    'a server in between is away',
    'unexpected status from HEAD request to https://registry.example/v2/shop/api: 502 Bad Gateway',
    { status: 502 },
    { status: 503 },
    { status: 504 },
  ],
  ['passes', 'the registry is away', 'received unexpected HTTP status: 500 Internal Server Error'],
  ['passes', 'Temporal does not answer', { grpc: 4 }, { grpc: 14 }],
  [
    'no-room',
    'a disk takes nothing more',
    'mkdir /var/lib/docker/overlay2/1: no space left on device',
    'write /x: disk quota exceeded',
    { code: 'ENOSPC' },
    { code: 'EDQUOT' },
    { code: 'EIO' },
  ],
  [
    'stuck',
    'the files of a container cannot be removed',
    'container 1f: driver "overlay2" failed to remove root filesystem: unlinkat /var/lib/docker: operation not permitted',
    'unable to remove filesystem for 1f: unlinkat /var/lib/docker/containers/1f: permission denied',
  ],
  [
    'stuck',
    'a container cannot be ended',
    'cannot stop container: 1f: permission denied',
    'cannot kill container: 1f: permission denied',
    'could not kill: tried to kill container, but did not receive an exit event',
  ],
  [
    'stuck',
    'Docker does not let go of a container',
    'failed to end container 0123456789ab: something broke',
    'failed to remove container 0123456789ab: something broke',
  ],
];

/** What no row knows, although it has words of some: final, because it would only happen again. */
const UNKNOWN: readonly (string | Said)[] = [
  'failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
  'Error response from daemon: network shop_default not found',
  '#9 4.213 Error: database not open',
  'Layer sha256:429a9c5e 503 kB',
  'added 429 packages in 502 ms',
  '/bin/sh: 3: Syntax error: Unterminated quoted string',
  '/docker-entrypoint.sh: line 4: unexpected EOF while looking for matching quote',
  'SyntaxError: unexpected EOF while parsing (settings.py, line 9)',
  { status: 500 },
  { status: 404 },
  { grpc: 5 },
  { code: 'ENOENT' },
  { text: 'the request was aborted' },
];

const said = (what: string | Said): Said => (typeof what === 'string' ? { text: what } : what);
const samples = KNOWN.flatMap(([of, because, ...all]) => all.map((what) => ({ of, because, what: said(what) })));

describe('the table of retries', () => {
  it.each(samples)('$what is of the class $of: $because', ({ of, because, what }) => {
    expect(retryRow(of, what)).toMatchObject({ class: of, because });
    expect(passing(what)?.because).toBe(of === 'passes' ? because : undefined);
  });

  it.each(UNKNOWN)('%j is known to no row, and final', (what) => {
    expect(RETRY_ROWS.filter((row) => retryRow(row.class, said(what)) === row)).toEqual([]);
  });

  it('has no row that nobody says', () => {
    const met = new Set(samples.map(({ of, what }) => retryRow(of, what)));
    expect(RETRY_ROWS.filter((row) => !met.has(row))).toEqual([]);
  });

  it('counts what is final more than weather that was met beside it', () => {
    const pulled = 'api Error manifest unknown: manifest unknown\nweb Error read: connection reset by peer';
    expect(passing({ text: pulled })).toBeUndefined();
  });

  it('waits on the spot only for what is over within seconds', () => {
    expect(new Set(RETRY_ROWS.filter(({ isBrief }) => isBrief).map(({ because }) => because))).toEqual(
      new Set([
        'a container is still being removed',
        'a container on its way out still holds the name',
        'the kernel still holds something of an old container',
      ]),
    );
  });
});
