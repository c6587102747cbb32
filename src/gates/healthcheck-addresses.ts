import type { HttpEndpoint, TcpEndpoint } from './endpoint.js';

/** What a healthcheck asks of its own container. */
export type AskedAddress =
  | Pick<HttpEndpoint, 'kind' | 'scheme' | 'port' | 'path' | 'loopback'>
  | Pick<TcpEndpoint, 'kind' | 'port' | 'loopback'>;

/** Names of the container itself: its loopback, all of its addresses, its own name. */
const SELF = String.raw`localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|\$\{?HOSTNAME\}?|\$\(hostname[^)]*\)`;
/** Where an address ends in a shell, in code and in quotes alike. `&` may go on within a query. */
const REST = String.raw`(?::(\d+|\$\w+|\$\{[^\s}]*\}))?((?:[/?$](?:[^\s"'\x60<>|;,()\\&#]|&(?=[\w$%-]+=))*)?)`;
const URLS = new RegExp(String.raw`\b(https?):\/\/(?:[^\s/@"'\x60]*@)?(${SELF})${REST}(.?)`, 'gi');
/** What curl and its like take for http. */
const BARE = new RegExp(String.raw`(?<=^|[\s"'])()(${SELF})${REST}(?=$|[\s"'\x60;|)])()`, 'gim');
const WEB_CLIENT = /(?:^|[\s/;&|(])(?:curl|wget2?|https?|xh)\s/;
const BEHIND_SOCKET_FILE = /--unix-socket|--abstract-unix-socket/;
/** A header that only mentions an address. */
const MENTION =
  /(?:\b(?:origin|referer|host)\s*:\s*|(?:^|\s)(?:-e|--referer|-x|--proxy|--connect-to|--resolve)[\s=]*)["']?$/i;
const OPTIONS_OBJECT = /\b(https?)(?:["']\))?\.(?:get|request)\(\s*\{([^}]*)\}/g;
const PYTHON_CONNECTION = new RegExp(
  String.raw`\bHTTP(S?)Connection\(\s*["'](${SELF})["']\s*(?:,\s*(?:port\s*=\s*)?(\d+))?`,
  'g',
);
const DEV_TCP = new RegExp(String.raw`\/dev\/tcp\/(${SELF})\/([\w$\{\}:-]+)`, 'gi');
const NETCAT = new RegExp(String.raw`\b(?:nc|ncat|netcat)\s(?:[^\n|;&]*\s)?(${SELF})\s+([\w$\{\}:-]+)`, 'gi');

/**
 * The addresses in its own container that a healthcheck's command asks, as far as they can be read from it: URLs
 * wherever they stand, and what some languages and tools write instead of one. Credentials are left out. What would have
 * to be computed is passed over, so that a command that cannot be read yields nothing.
 */
export function addressesIn(command: string[], environment: Record<string, string>): AskedAddress[] {
  const text = withNodeVariables(command.join('\n'), environment);
  if (BEHIND_SOCKET_FILE.test(text)) return [];
  const web = [...urlsIn(text, environment), ...inCode(text)];
  const found = web.length > 0 ? web : connectionsIn(text, environment);
  return [...new Map(found.map((address) => [JSON.stringify(address), address])).values()];
}

function urlsIn(text: string, environment: Record<string, string>): AskedAddress[] {
  const patterns = WEB_CLIENT.test(text) ? [URLS, BARE] : [URLS];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const [, scheme, host, port, path, next] = match;
      if (MENTION.test(text.slice(0, match.index))) return [];
      // `'http://localhost:' + port` is computed, and `localhost.example.com` is another.
      if (/[\w.:@-]/.test(next!)) return [];
      return http(
        scheme?.toLowerCase() === 'https',
        host!,
        expanded(port ?? '', environment),
        expanded(path!, environment),
      );
    }),
  );
}

/** `http.get({ port: 8080, path: '/health' })`, and Python's `HTTPConnection('localhost', 8080)`. */
function inCode(text: string): AskedAddress[] {
  const objects = [...text.matchAll(OPTIONS_OBJECT)].flatMap(([, scheme, options]) => {
    const host = /\bhost(?:name)?\s*:\s*["']([^"']*)["']/.exec(options!)?.[1] ?? 'localhost';
    const port = /\bport\s*:\s*["']?(\d+)/.exec(options!)?.[1] ?? '';
    const path = /\bpath\s*:\s*["']([^"']*)["']/.exec(options!)?.[1] ?? '/';
    const isSelf = new RegExp(`^(?:${SELF})$`, 'i').test(host);
    return isSelf && !/socketPath/.test(options!) ? http(scheme === 'https', host, port, path) : [];
  });
  const connections = [...text.matchAll(PYTHON_CONNECTION)].flatMap(([, tls, host, port]) => {
    const path = /\.request\(\s*["']\w+["']\s*,\s*["']([^"']*)["']/.exec(text)?.[1] ?? '/';
    return http(tls === 'S', host!, port ?? '', path);
  });
  return [...objects, ...connections];
}

function connectionsIn(text: string, environment: Record<string, string>): AskedAddress[] {
  return [...text.matchAll(DEV_TCP), ...text.matchAll(NETCAT)].flatMap(([, host, written]) => {
    const port = portOf(expanded(written!, environment));
    return port === undefined ? [] : [{ kind: 'tcp' as const, port, loopback: loopbackOf(host!) }];
  });
}

function http(tls: boolean, host: string, port: string | undefined, path: string | undefined): AskedAddress[] {
  const number = port === '' ? (tls ? 443 : 80) : portOf(port);
  if (number === undefined || path === undefined) return [];
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return [{ kind: 'http', scheme: tls ? 'https' : 'http', port: number, path: rooted, loopback: loopbackOf(host) }];
}

function loopbackOf(host: string): '127.0.0.1' | '::1' {
  return host.startsWith('[') ? '::1' : '127.0.0.1';
}

function portOf(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** `$PORT`, `${PORT}` and `${PORT:-8000}` as a shell in the container reads them; undefined where one has no value. */
function expanded(text: string, environment: Record<string, string>): string | undefined {
  let isWhole = true;
  const result = text.replace(
    /\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    (_, braced: string, fallback: string, plain: string) => {
      const value = environment[braced ?? plain] || fallback;
      if (value === undefined) isWhole = false;
      return value ?? '';
    },
  );
  return isWhole && !/[${}]/.test(result) ? result : undefined;
}

/** Node's template literals: `${process.env.PORT || 3000}` becomes what a shell would write. */
function withNodeVariables(text: string, environment: Record<string, string>): string {
  const variable = /\$\{\s*process\.env\.(\w+)\s*(?:(?:\|\||\?\?)\s*["']?(\w+)["']?\s*)?\}/g;
  return text.replace(variable, (_, name: string, fallback?: string) => environment[name] || fallback || `\${${name}}`);
}
