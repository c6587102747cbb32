import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { listeningSockets, parseSocketTable } from '../../../src/host/listening-sockets.js';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

describe('listening sockets', () => {
  it('are read from the tables of the kernel', () => {
    const tcp = `${HEAD}
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1
   2: 0100007F:1F91 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 3 1
`;
    expect(parseSocketTable(tcp, 'tcp')).toEqual([
      { hostIp: '127.0.0.1', hostPort: 8080, protocol: 'tcp' },
      { hostIp: '0.0.0.0', hostPort: 80, protocol: 'tcp' },
    ]);
    const udp6 = `${HEAD}
   0: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 4 2
   1: 00000000000000000000000001000000:0036 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 4 2
   2: 0000000000000000FFFF00000100007F:0037 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 4 2
   3: B80D0120000000000000000001000000:0038 00000000000000000000000000000000:0000 07 0:0 0:0 0 0 0 4 2
`;
    expect(parseSocketTable(udp6, 'udp').map(({ hostIp }) => hostIp)).toEqual([
      '::',
      '::1',
      '127.0.0.1',
      '2001:db8:0:0:0:0:0:1',
    ]);
    expect(parseSocketTable('', 'tcp')).toEqual([]);
  });

  it('include one that this process has opened', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      expect(await listeningSockets()).toContainEqual({ hostIp: '127.0.0.1', hostPort: port, protocol: 'tcp' });
    } finally {
      server.close();
    }
  });
});
