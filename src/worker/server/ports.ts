import { createServer } from 'node:net';

/** Whether a port of 127.0.0.1 can be listened on now. */
export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((answer, fail) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? answer(false) : fail(error)));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
