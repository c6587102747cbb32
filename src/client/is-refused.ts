import { connect } from 'node:net';
import { DEFAULT_PORT } from './default-address.js';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/;

/** The place of this machine that an address (`host` or `host:port`) names; undefined for another machine's, and for what is no address. */
export function loopback(address: string): { host: string; port: number } | undefined {
  const [, host, port] = LOOPBACK.exec(address) ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port) };
}

/**
 * Whether nobody listens at an address of this machine, which says so at once. Never of another one, which a proxy may lead to, nor
 * of what does not answer within a second.
 */
export async function isRefused(address: string): Promise<boolean> {
  const place = loopback(address);
  if (!place) return false;
  return new Promise((resolve) => {
    const socket = connect({ ...place, timeout: 1000 });
    const answer = (refused: boolean) => (): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', answer(false)).once('timeout', answer(false));
    socket.once('error', (error: NodeJS.ErrnoException) => answer(error.code === 'ECONNREFUSED')());
  });
}
