import { type Answer, type Endpoint, hostHeader, type HttpEndpoint, NOBODY_LISTENS } from './endpoint.js';

/** A program that an image may have, by which an endpoint can be asked from within its container. */
export interface EndpointClient {
  name: string;
  command: string[];
  /** What its end says of the endpoint; undefined where the program is not there, or says nothing that is understood. */
  read(result: { exitCode: number; output: string }): Answer | undefined;
}

/** Every client that may know the endpoint's protocol, the most exact first. Commands are constants with values as arguments. */
export function clientsFor(endpoint: Endpoint): EndpointClient[] {
  const scripted = [script('node', ['-e', NODE], endpoint), script('python3', ['-c', PYTHON], endpoint)];
  if (endpoint.kind === 'tcp') return [...scripted, ...connectors(endpoint)];
  const overTls = endpoint.scheme === 'https';
  return [curl(endpoint), ...scripted, wget(endpoint), ...(overTls ? [] : rawClients(endpoint))];
}

const REFUSED: Answer = { kind: 'refused', what: NOBODY_LISTENS };
const CLOSED: Answer = { kind: 'refused', what: 'closed the connection without an answer' };
const TIMEOUT: Answer = { kind: 'timeout' };

function curl(endpoint: HttpEndpoint): EndpointClient {
  const options = ['-s', '-k', '-g', '-o', '/dev/null', '-w', '%{http_code}', '--noproxy', '*'];
  const limits = ['--max-time', seconds(endpoint), '-H', `Host: ${hostHeader(endpoint)}`];
  return {
    name: 'curl',
    command: ['curl', ...options, ...limits, '--', urlOf(endpoint)],
    read: ({ exitCode, output }) => {
      const status = /([1-5]\d\d)\s*$/.exec(output)?.[1];
      if (exitCode === 0 && status) return { kind: 'status', status: Number(status) };
      if (exitCode === 7) return REFUSED;
      if (exitCode === 28) return TIMEOUT;
      if (exitCode === 52 || exitCode === 56) return CLOSED;
      if (exitCode === 1 || exitCode === 8) return { kind: 'garbled', what: 'does not speak HTTP' };
      return exitCode === 35 ? { kind: 'garbled', what: 'does not speak TLS' } : undefined;
    },
  };
}

/**
 * GNU's and busybox's take the same words here. Only GNU's says that it was redirected; busybox's follows. Not every
 * busybox's knows a time-out (Debian's crashes at the option), so another program ends it.
 */
function wget(endpoint: HttpEndpoint): EndpointClient {
  const trust = endpoint.scheme === 'https' ? ['--no-check-certificate'] : [];
  const options = ['-O', '/dev/null', '--header', `Host: ${hostHeader(endpoint)}`];
  return {
    name: 'wget',
    command: [
      'env',
      'http_proxy=',
      'https_proxy=',
      'timeout',
      seconds(endpoint),
      'wget',
      ...options,
      ...trust,
      urlOf(endpoint),
    ],
    read: ({ exitCode, output }) => {
      if (couldNotRun(exitCode)) return undefined;
      const status = /(?:HTTP\/1\.[01]|awaiting response\.\.\.) ([1-5]\d\d)\b/.exec(output)?.[1];
      if (status) return { kind: 'status', status: Number(status) };
      if (exitCode === 0) return { kind: 'status', status: 200 };
      if (exitCode === 124 || exitCode === 143) return TIMEOUT;
      return inWords(output);
    },
  };
}

/** A program of another language, told by its arguments; it prints one line that begins with `endpoint:`. */
function script(name: string, command: string[], endpoint: Endpoint): EndpointClient {
  const http = endpoint.kind === 'http' ? endpoint : undefined;
  const values = [http?.scheme ?? 'tcp', endpoint.loopback, `${endpoint.port}`, seconds(endpoint)];
  return {
    name,
    command: [name, ...command, ...values, http?.path ?? '', http ? hostHeader(http) : ''],
    read: ({ output }) => {
      const said = /^endpoint:(\w+) ?(\d*)$/m.exec(output);
      if (said?.[1] === 'status') return { kind: 'status', status: Number(said[2]) };
      if (said?.[1] === 'connected') return { kind: 'connected' };
      if (said?.[1] === 'refused') return REFUSED;
      if (said?.[1] === 'closed') return CLOSED;
      if (said?.[1] === 'garbled')
        return { kind: 'garbled', what: 'does not answer in the protocol that was expected' };
      return said?.[1] === 'timeout' ? TIMEOUT : undefined;
    },
  };
}

const NODE = `
const [, scheme, host, port, seconds, path, name] = process.argv;
const say = (what) => { console.log('endpoint:' + what); process.exit(); };
const failed = ({ code = '' }) => say(code === 'ECONNREFUSED' ? 'refused' : code === 'ECONNRESET' ? 'closed' : 'garbled');
setTimeout(() => say('timeout'), seconds * 1000);
if (scheme === 'tcp') require('net').connect({ host, port }, () => say('connected')).on('error', failed);
else require(scheme).get(
  { host, port, path, agent: false, rejectUnauthorized: false, headers: { host: name } },
  ({ statusCode }) => say('status ' + statusCode),
).on('error', failed);
`;

const PYTHON = `
import http.client, socket, ssl, sys
scheme, host, port, seconds, path, name = sys.argv[1:7]
at = (host, int(port))
try:
    if scheme == 'tcp':
        socket.create_connection(at, timeout=float(seconds)).close()
        said = 'connected'
    else:
        if scheme == 'https':
            c = http.client.HTTPSConnection(*at, timeout=float(seconds), context=ssl._create_unverified_context())
        else:
            c = http.client.HTTPConnection(*at, timeout=float(seconds))
        c.request('GET', path, headers={'Host': name})
        said = 'status %d' % c.getresponse().status
except ConnectionRefusedError:
    said = 'refused'
except (ConnectionResetError, http.client.RemoteDisconnected):
    said = 'closed'
except socket.timeout:
    said = 'timeout'
except (http.client.HTTPException, ssl.SSLError):
    said = 'garbled'
print('endpoint:' + said)
`;

const REQUEST = String.raw`printf 'GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$4" "$5"`;

/** For plain HTTP: a request by hand. */
function rawClients(endpoint: HttpEndpoint): EndpointClient[] {
  const values = [endpoint.loopback, `${endpoint.port}`, seconds(endpoint), endpoint.path, hostHeader(endpoint)];
  const read: EndpointClient['read'] = ({ exitCode, output }) => {
    const status = /^HTTP\/1\.[01] ([1-5]\d\d)\b/m.exec(output)?.[1];
    if (status) return { kind: 'status', status: Number(status) };
    return couldNotRun(exitCode) ? undefined : inWords(output);
  };
  const byNetcat = (nc: string): string => `{ ${REQUEST}; sleep 0.2; } | ${nc} -w "$3" "$1" "$2" | head -c 300`;
  const byBash = `exec 3<>"/dev/tcp/$1/$2" || exit 7; ${REQUEST} >&3; IFS= read -r -t "$3" line <&3; echo "$line"`;
  return [
    { name: 'bash', command: ['bash', '-c', byBash, 'bash', ...values], read },
    { name: 'busybox nc', command: ['sh', '-c', byNetcat('busybox nc'), 'sh', ...values], read },
    { name: 'nc', command: ['sh', '-c', byNetcat('nc'), 'sh', ...values], read },
  ];
}

/** For TCP: programs that do no more than connect. */
function connectors(endpoint: Endpoint): EndpointClient[] {
  const read: EndpointClient['read'] = ({ exitCode, output }) => {
    if (exitCode === 0) return { kind: 'connected' };
    return couldNotRun(exitCode) ? undefined : inWords(output);
  };
  const { loopback, port } = endpoint;
  const values = [loopback, `${port}`];
  return [
    { name: 'bash', command: ['bash', '-c', 'exec 3<>"/dev/tcp/$1/$2"', 'bash', ...values], read },
    { name: 'busybox nc', command: ['busybox', 'nc', '-w', seconds(endpoint), ...values, '-e', '/bin/true'], read },
    { name: 'nc', command: ['nc', '-z', '-v', '-w', seconds(endpoint), ...values], read },
  ];
}

function inWords(output: string): Answer | undefined {
  if (/connection refused/i.test(output)) return REFUSED;
  // A usage text speaks of timeouts, too.
  return /timed out/i.test(output) ? TIMEOUT : undefined;
}

function couldNotRun(exitCode: number): boolean {
  return exitCode === 126 || exitCode === 127;
}

function seconds({ timeoutMs }: Endpoint): string {
  return `${Math.max(1, Math.ceil(timeoutMs / 1000))}`;
}

function urlOf({ scheme, loopback, port, path }: HttpEndpoint): string {
  return `${scheme}://${loopback === '::1' ? '[::1]' : loopback}:${port}${path}`;
}
