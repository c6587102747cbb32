import { describe, expect, it } from '@jest/globals';
import { withoutMachine } from '../../../scripts/histories/without-machine.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a golden history', () => {
  it('names nothing of the machine it was made on, in payloads neither', () => {
    const history = {
      identity: '4711@laptop',
      cause: { stackTrace: 'at /home/ann/evenkeel/deploy.js:1', message: 'there is no file /home/ann/state/x' },
      payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64('{"folder":"/home/ann/state/runs"}') }],
    };
    const text = withoutMachine(JSON.stringify(history), [['/home/ann/state', '/var/lib/evenkeel']]);
    expect(JSON.parse(text)).toEqual({
      identity: 'worker',
      cause: { stackTrace: '', message: 'there is no file /var/lib/evenkeel/x' },
      payloads: [{ ...history.payloads[0], data: base64('{"folder":"/var/lib/evenkeel/runs"}') }],
    });
  });
});
