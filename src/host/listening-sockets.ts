import { readFile } from 'node:fs/promises';
import type { HostPort } from '../preflight/host-ports.js';

/** Sockets of any program that wait for connections or datagrams in this network namespace. Linux only. */
export async function listeningSockets(): Promise<HostPort[]> {
  const tables = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (table) => {
      // Without IPv6 in the kernel its tables are missing.
      const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '');
      return parseSocketTable(text, table.startsWith('tcp') ? 'tcp' : 'udp');
    }),
  );
  return tables.flat();
}

const WAITING = { tcp: '0A', udp: '07' };

/** The waiting sockets of a table as `/proc/net/tcp` and its like write it. */
export function parseSocketTable(text: string, protocol: 'tcp' | 'udp'): HostPort[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , state] = line.trim().split(/\s+/);
      const [address, port] = local?.split(':') ?? [];
      if (!address || !port || state !== WAITING[protocol]) return [];
      return [{ hostIp: addressText(address), hostPort: Number.parseInt(port, 16), protocol }];
    });
}

/** The kernel writes addresses as 32-bit words in hex, each with its lowest byte first. */
function addressText(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
  if (groups.every((group) => group === 0)) return '::';
  return groups.every((group, index) => group === (index === 7 ? 1 : 0))
    ? '::1'
    : groups.map((g) => g.toString(16)).join(':');
}
