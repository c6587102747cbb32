import { describe, expect, it } from '@jest/globals';
import { addressesIn } from '../../../src/gates/healthcheck-addresses.js';

const shell = (script: string): string[] => ['/bin/sh', '-c', script];
const ENVIRONMENT = { PORT: '9000', BASE_PATH: '/app' };

/** `http 8000 /health`, `tcp 5432` */
function read(command: string[]): string[] {
  return addressesIn(command, ENVIRONMENT).map((address) => {
    const loopback = address.loopback === '::1' ? ' [::1]' : '';
    return address.kind === 'tcp'
      ? `tcp ${address.port}${loopback}`
      : `${address.scheme} ${address.port} ${address.path}${loopback}`;
  });
}

describe('the addresses that a healthcheck asks', () => {
  it.each([
    ['curl -f http://localhost:8000/health || exit 1', 'http 8000 /health'],
    ['curl -fsS http://127.0.0.1:3000/api/v1/status >/dev/null', 'http 3000 /api/v1/status'],
    ['curl -f http://localhost/', 'http 80 /'],
    ['curl -f http://localhost', 'http 80 /'],
    ['curl -f "http://localhost:8080/health?full=1&deep=yes" && exit 0', 'http 8080 /health?full=1&deep=yes'],
    ['curl -f http://localhost:8080/health&&exit 0', 'http 8080 /health'],
    ["curl -fk 'https://localhost/healthz' || exit 1", 'https 443 /healthz'],
    ['curl -fk https://127.0.0.1:8443/healthz', 'https 8443 /healthz'],
    ['curl -sf http://admin:hunter2@localhost:9200/_cluster/health | grep -q green', 'http 9200 /_cluster/health'],
    ['curl --fail localhost:8080/actuator/health', 'http 8080 /actuator/health'],
    ['curl -s localhost:9090/-/ready;', 'http 9090 /-/ready'],
    ['wget --no-verbose --tries=1 --spider http://localhost:8080/ping || exit 1', 'http 8080 /ping'],
    ['wget -qO- http://0.0.0.0:3000/ | grep ok', 'http 3000 /'],
    ['wget -q --spider http://[::1]:8080/live', 'http 8080 /live [::1]'],
    ['curl -f http://localhost:${PORT}/health', 'http 9000 /health'],
    ['curl -f http://localhost:$PORT/health', 'http 9000 /health'],
    ['curl -f http://localhost:${PORT:-8000}/health', 'http 9000 /health'],
    ['curl -f http://localhost:${UNSET:-8000}${BASE_PATH}/health', 'http 8000 /app/health'],
    ['curl -f http://$(hostname):8080/', 'http 8080 /'],
    ['curl -f http://${HOSTNAME}:5601/api/status', 'http 5601 /api/status'],
    ['test "$(curl -s -o /dev/null -w "%{http_code}" http://localhost:8080/login)" = 302', 'http 8080 /login'],
    ['curl -f -H "Origin: http://localhost:3000" http://localhost:8000/health', 'http 8000 /health'],
    ['curl -f -H "Host: localhost" http://127.0.0.1:8000/health', 'http 8000 /health'],
    [`python -c "import urllib.request; urllib.request.urlopen('http://localhost:8000/health')"`, 'http 8000 /health'],
    [`python3 -c 'import requests; requests.get("http://127.0.0.1:5000/up", timeout=2)'`, 'http 5000 /up'],
    [`node -e "fetch('http://localhost:3000/api/health').then(r=>process.exit(r.ok?0:1))"`, 'http 3000 /api/health'],
    ['ruby -rnet/http -e "Net::HTTP.get(URI(\\"http://localhost:3000/up\\"))"', 'http 3000 /up'],
    [`php -r "file_get_contents('http://localhost:80/status') || exit(1);"`, 'http 80 /status'],
    ['nc -z localhost 5432', 'tcp 5432'],
    ['nc -w 2 -z 127.0.0.1 $PORT || exit 1', 'tcp 9000'],
    ['bash -c "echo > /dev/tcp/127.0.0.1/7687"', 'tcp 7687'],
  ])('%s', (script, address) => {
    expect(read(shell(script))).toEqual([address]);
  });

  it.each([
    [['curl', '-f', 'http://localhost:8080/health'], 'http 8080 /health'],
    [['wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/health'], 'http 8080 /health'],
    [['curl', '-f', 'localhost:8080/health'], 'http 8080 /health'],
    [['python', '-c', "import urllib.request as u; u.urlopen('http://localhost:8000/')"], 'http 8000 /'],
    [
      [
        'node',
        '-e',
        "require('http').get({ port: 8080, path: '/ready' }, (r) => process.exit(+(r.statusCode != 200)))",
      ],
      'http 8080 /ready',
    ],
    [['node', '-e', 'fetch(`http://localhost:${process.env.PORT || 3000}/health`)'], 'http 9000 /health'],
    [['node', '-e', 'fetch(`http://localhost:${process.env.OTHER ?? 3000}/health`)'], 'http 3000 /health'],
    [
      ['python3', '-c', "import http.client as h; c = h.HTTPConnection('localhost', 8000); c.request('GET', '/live')"],
      'http 8000 /live',
    ],
  ])('%j', (command, address) => {
    expect(read(command)).toEqual([address]);
  });

  it('reads several, each once', () => {
    const script = 'curl -f http://localhost:80/a && curl -f http://localhost/b && curl -f http://localhost/a';
    expect(read(shell(script))).toEqual(['http 80 /a', 'http 80 /b']);
  });

  it.each([
    'pg_isready -U postgres',
    'redis-cli ping | grep PONG',
    'curl --unix-socket /run/app.sock http://localhost/health',
    'curl -f http://other:8080/health',
    'curl -f https://example.com/health',
    'curl -f http://localhost.example.com/health',
    'curl -f http://localhost:${UNSET}/health',
    'curl -f http://localhost:99999/',
    `node -e "fetch('http://localhost:' + port + '/health')"`,
    'cat /etc/hosts | grep localhost',
    'nc -z db 5432',
    '/healthcheck.sh',
  ])('nothing of its own can be read from: %s', (script) => {
    expect(read(shell(script))).toEqual([]);
  });
});
