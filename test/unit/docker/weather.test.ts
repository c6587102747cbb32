import { describe, expect, it } from '@jest/globals';
import { EngineAway, EngineRefused } from '../../../src/docker/engine.js';
import { isWeather, weatherReason } from '../../../src/docker/weather.js';

/** What Docker Engine 26, Compose 2.26 and registries really say. */
const WEATHER = [
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  'error during connect: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.45/info": EOF',
  'read unix @->/run/docker.sock: read: connection reset by peer',
  'error during connect: Post "http://10.0.0.5:2375/v1.45/containers/create": dial tcp 10.0.0.5:2375: connect: connection refused',
  'unexpected EOF',
  'time="2026-11-28T19:12:47Z" level=error msg="error waiting for container: unexpected EOF"',
  'write unix @->/run/docker.sock: write: broken pipe',
  'Error response from daemon: removal of container 4f66ad9a0b2e is already in progress',
  'Error response from daemon: container 4f66ad9a0b2e is marked for removal and cannot be started',
  'Error response from daemon: Conflict. The container name "/shop-api-1" is already in use by container "4f66ad9a0b2e". You have to remove (or rename) that container to be able to reuse that name.',
  'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
  'error pulling image configuration: download failed after attempts=6: dial tcp: lookup production.cloudflare.docker.com: i/o timeout',
  'Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout',
  'Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  'Get "https://registry.example/v2/": dial tcp: lookup registry.example: Temporary failure in name resolution',
  'failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/blobs/sha256:0: 429 Too Many Requests',
  'received unexpected HTTP status: 503 Service Unavailable',
  'unable to remove filesystem for 4f66ad9a0b2e: unlinkat /var/lib/docker/containers/4f66: device or resource busy',
];

const FINAL = [
  'Error response from daemon: manifest for shop/api:9 not found: manifest unknown: manifest unknown',
  "Error response from daemon: pull access denied for shop/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  'Error response from daemon: No such image: shop-api:latest',
  'exec /bin/web: exec format error',
  'invalid reference format: repository name (Shop/api) must be lowercase',
  'Error response from daemon: driver failed programming external connectivity on endpoint shop-web-1 (f00): Bind for 0.0.0.0:8080 failed: port is already allocated',
  'no matching manifest for linux/arm64/v8 in the manifest list entries',
  'failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
  'service "api" has neither an image nor a build context specified: invalid compose project',
  'Error response from daemon: network shop_default not found',
  'OCI runtime create failed: runc create failed: unable to start container process: exec: "web": executable file not found in $PATH: unknown',
  'Layer sha256:429a9c5e 503 kB',
  'added 429 packages in 502 ms',
  '/bin/sh: 3: Syntax error: Unterminated quoted string',
  '/docker-entrypoint.sh: line 4: unexpected EOF while looking for matching quote',
  'SyntaxError: unexpected EOF while parsing (settings.py, line 9)',
  'no space left on device',
];

describe('weather', () => {
  it.each(WEATHER)('passes by itself: %s', (text) => {
    expect(isWeather(text)).toBe(true);
    expect(isWeather(new Error(text))).toBe(true);
    expect(weatherReason(text)).toMatch(/^\w/);
  });

  it.each(FINAL)('is final: %s', (text) => expect(weatherReason(text)).toBeUndefined());

  it('counts an engine that is away, and proxies that say so', () => {
    expect(isWeather(new EngineAway('away'))).toBe(true);
    expect(isWeather(new EngineRefused(503, 'Service Unavailable'))).toBe(true);
    expect(isWeather(new EngineRefused(409, 'removal of container 4f66 is already in progress'))).toBe(true);
  });

  it('does not count what the engine refuses for good, nor what is no failure of ours', () => {
    expect(isWeather(new EngineRefused(404, 'No such container: 4f66'))).toBe(false);
    expect(isWeather(new EngineRefused(500, 'port is already allocated'))).toBe(false);
    expect(isWeather(undefined)).toBe(false);
  });

  it('knows the codes of Node', () => {
    expect(isWeather(Object.assign(new Error('read failed'), { code: 'ECONNRESET' }))).toBe(true);
  });
});
