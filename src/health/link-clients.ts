import type { LinkQuestion, LinkSeen } from './links.js';

/** A program that an image may have, by which a way can be asked from within its container. */
export interface LinkClient {
  command: string[];
  /** What its end says; undefined where the program is not there, or says nothing that is understood. */
  read(result: { exitCode: number; output: string }): LinkSeen | undefined;
}

const WAIT_SECONDS = 3;

/** Every client that may be there, the most exact first. Commands are constants with values as arguments. */
export function linkClients({ host, ports }: LinkQuestion): LinkClient[] {
  const values = [`${WAIT_SECONDS}`, host, ...ports.map(String)];
  return [
    { command: ['node', '-e', NODE, ...values], read },
    { command: ['python3', '-c', PYTHON, ...values], read },
    { command: ['sh', '-c', SHELL, 'sh', ...values], read },
  ];
}

/** Lines `address 172.18.0.3` and `port 5432 connected`, and at the end `asked`. */
function read({ output }: { output: string }): LinkSeen | undefined {
  const lines = output.split(/\r?\n/);
  if (!lines.includes('asked')) return undefined;
  const addresses = lines.flatMap((line) => /^address (\S+)$/.exec(line)?.[1] ?? []);
  const ports = lines.flatMap((line): LinkSeen['ports'] => {
    const [, port, answer] = /^port (\d+) (connected|refused|timeout|failed)$/.exec(line) ?? [];
    return port === undefined ? [] : [{ port: Number(port), answer: answer as LinkSeen['ports'][number]['answer'] }];
  });
  return { addresses: [...new Set(addresses)], ports };
}

const NODE = `
const [, seconds, host, ...ports] = process.argv;
const say = (line) => console.log(line);
require('dns').lookup(host, { all: true }, async (error, found = []) => {
  for (const { address } of found) say('address ' + address);
  if (!error) await Promise.all(ports.map((port) => new Promise((done) => {
    const end = (answer) => { say('port ' + port + ' ' + answer); socket.destroy(); done(); };
    const socket = require('net').connect({ host, port: Number(port) }, () => end('connected'));
    socket.setTimeout(seconds * 1000, () => end('timeout'));
    socket.on('error', ({ code }) => end(code === 'ECONNREFUSED' ? 'refused' : 'failed'));
  })));
  say('asked');
});
`;

const PYTHON = `
import socket, sys
seconds, host, ports = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
try:
    found = sorted({info[4][0] for info in socket.getaddrinfo(host, None)})
except OSError:
    found = []
for address in found:
    print('address ' + address)
for port in ports if found else []:
    try:
        socket.create_connection((host, int(port)), timeout=seconds).close()
        said = 'connected'
    except ConnectionRefusedError:
        said = 'refused'
    except socket.timeout:
        said = 'timeout'
    except OSError:
        said = 'failed'
    print('port %s %s' % (port, said))
print('asked')
`;

/** Says \`asked\` only where there was a program for the name, and one for each port. */
const SHELL = `
seconds=$1 host=$2
shift 2
if command -v getent >/dev/null 2>&1; then found=$(getent ahosts "$host" 2>/dev/null || getent hosts "$host" 2>/dev/null)
elif command -v nslookup >/dev/null 2>&1; then found=$(nslookup "$host" 2>/dev/null | sed -n '1,/^Name:/d;s/^Address[^:]*: *//p')
else exit 65; fi
addresses=$(printf '%s\\n' "$found" | sed -n 's/^\\([0-9a-fA-F.:]\\{3,\\}\\).*/\\1/p' | sort -u)
for address in $addresses; do echo "address $address"; done
[ -n "$addresses" ] || { echo asked; exit 0; }
limit=
command -v timeout >/dev/null 2>&1 && limit="timeout $seconds"
for port in "$@"; do
  if command -v bash >/dev/null 2>&1; then
    said=$($limit bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$host" "$port" 2>&1); code=$?
  elif command -v busybox >/dev/null 2>&1; then
    said=$($limit busybox nc -w "$seconds" "$host" "$port" -e /bin/true 2>&1); code=$?
  elif command -v nc >/dev/null 2>&1; then
    said=$($limit nc -z -w "$seconds" "$host" "$port" 2>&1); code=$?
  else exit 65; fi
  case "$code $said" in
    0*) echo "port $port connected" ;;
    *[Rr]efused*) echo "port $port refused" ;;
    124*|143*|*[Tt]imed\\ out*) echo "port $port timeout" ;;
    *) echo "port $port failed" ;;
  esac
done
echo asked
`;
