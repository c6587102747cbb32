import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PortProbe } from '../../../scripts/bench/port-probe.js';

let status: number;
let asked: () => void;
let server: http.Server;
let probe: PortProbe;

beforeEach(async () => {
  status = 200;
  asked = () => undefined;
  server = http.createServer((_, response) => {
    response.writeHead(status);
    response.end('wares\n', () => asked());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  probe = new PortProbe((server.address() as AddressInfo).port, '/products', 10_000);
});
afterEach(async () => {
  await probe.stop();
  await new Promise((closed) => server.close(closed));
});

describe('a port that is probed', () => {
  it('has no outage while every answer is good', async () => {
    await answers(5);
    expect(await probe.answered('wares', Date.now())).toBeGreaterThan(0);
    expect(probe.outageMs()).toBe(0);
  });

  it('has one from the last good answer to the next where an answer between them is bad', async () => {
    await answers(5);
    status = 503;
    await answers(20);
    status = 200;
    await probe.answered('wares', Date.now());
    expect(probe.outageMs()).toBeGreaterThan(0);
    expect(probe.outageMs()).toBeLessThanOrEqual(probe.longestGapMs());
  });
});

/** Waits until so many more requests have been answered. */
async function answers(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await new Promise<void>((next) => (asked = next));
}
