import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that counts those who have said something on it. */
export interface CountedLine {
  address: string;
  /** How many connections it was spoken on; one that only looks whether anybody listens says nothing. */
  spoken(): number;
  close(): void;
}

/** Leads to `host:port`. */
export async function countedLine(to: string): Promise<CountedLine> {
  const { hostname: host, port } = new URL(`tcp://${to}`);
  const sockets = new Set<Socket>();
  let spoken = 0;
  const server = createServer((client) => {
    const line = connect({ host, port: Number(port) });
    client.once('data', () => (spoken += 1));
    for (const [from, other] of [
      [client, line],
      [line, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => from.destroy()).on('close', () => other.destroy());
    }
    client.pipe(line).pipe(client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoken: () => spoken,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
