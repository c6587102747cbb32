// The containers' health check: exits 0 while the service in this container is ready, and else says why not.
import { get } from 'node:http';

const request = get('http://127.0.0.1:8080/health/readiness', { timeout: 4000 }, (response) => {
  process.exitCode = response.statusCode === 200 ? 0 : 1;
  response.pipe(process.stdout);
});
request.on('timeout', () => request.destroy(new Error('no answer within 4 s')));
request.on('error', (error) => {
  console.log(`port 8080: ${error.message}`);
  process.exitCode = 1;
});
