import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ComposeAttempts } from '../../support/compose-attempts.js';

let steps: ComposeAttempts;

beforeEach(async () => {
  steps = await ComposeAttempts.make();
});
afterEach(() => steps.remove());

describe('composeUntil', () => {
  it('reads the child of an earlier attempt instead of starting another', async () => {
    await steps.dockerDoes('exit 0');
    expect(await steps.attempt(1)).toBe('done');
    expect(await steps.attempt(1)).toBe('done');
    expect(await steps.calls()).toBe(1);
  });

  it('goes by what is there, whatever the child says', async () => {
    await steps.dockerDoes('echo no such thing; exit 1');
    expect(await steps.attempt(1)).toBe('done');
  });

  it('starts another in its own folder when one was killed', async () => {
    await steps.dockerDoes('kill -KILL $$', 'kill -TERM $$', 'kill -INT $$', 'exit 0');
    expect(await steps.attempt(4)).toBe('done');
    expect(await steps.children()).toEqual(['replace-api', 'replace-api@2', 'replace-api@3', 'replace-api@4']);
  });

  it('leaves weather to a later attempt, which starts another', async () => {
    await steps.dockerDoes('echo "Cannot connect to the Docker daemon" >&2; exit 1', 'exit 0');
    const failure = await steps.attempt(2).catch((error: unknown) => error);
    expect(failure).not.toHaveProperty('type', 'StepFailed');
    expect(failure).toMatchObject({ message: expect.stringContaining('replacing api') as unknown });
    expect(await steps.attempt(2)).toBe('done');
    expect(await steps.children()).toEqual(['replace-api', 'replace-api@2']);
  });

  it('fails for a disk that is full, and another attempt finds whether there is room now', async () => {
    await steps.dockerDoes('echo "mkdir /var/lib/docker/x: no space left on device" >&2; exit 1', 'exit 0');
    await expect(steps.attempt(2)).rejects.toMatchObject({ type: 'StepFailed' });
    expect(await steps.attempt(2)).toBe('done');
    expect(await steps.children()).toEqual(['replace-api', 'replace-api@2']);
  });

  it('fails where Docker does not let a container go, and another attempt finds whether it does now', async () => {
    await steps.dockerDoes('echo "driver \\"overlay2\\" failed to remove root filesystem: x" >&2; exit 1', 'exit 0');
    await expect(steps.attempt(2)).rejects.toMatchObject({ type: 'StepFailed' });
    expect(await steps.attempt(2)).toBe('done');
  });

  it('goes on for as long as its attempts do while there is weather, and the last one speaks', async () => {
    const weather = 'echo "toomanyrequests: slow down" >&2; exit 1';
    await steps.dockerDoes(...Array<string>(24).fill(weather), 'exit 0');
    for (let met = 1; met <= 24; met += 1) {
      await expect(steps.attempt(25)).rejects.toThrow('replacing api: the registry asks for patience');
    }
    expect(await steps.calls()).toBe(24);
    expect(await steps.attempt(25)).toBe('done');
  }, 30_000);

  it('gives up what is killed again and again, in however many attempts', async () => {
    const killed = 'kill -KILL $$';
    await steps.dockerDoes(...Array<string>(12).fill(killed), 'echo "EOF"; exit 1', ...Array<string>(12).fill(killed));
    await expect(steps.attempt(99)).rejects.toThrow('replacing api: the connection was cut');
    await expect(steps.attempt(99)).rejects.toMatchObject({ type: 'StepFailed', message: /was killed 20 times/ });
    expect(await steps.calls()).toBe(21);
  }, 30_000);

  it('fails for good with the last lines, redacted', async () => {
    await steps.dockerDoes('echo one; echo "password hunter2 is wrong"; exit 1');
    await expect(steps.attempt(9)).rejects.toMatchObject({
      type: 'StepFailed',
      nonRetryable: true,
      message: 'replacing api: password *** is wrong',
      details: [{ excerpt: ['one', 'password *** is wrong'] }],
    });
    await expect(steps.attempt(9)).rejects.toMatchObject({ type: 'StepFailed' });
    expect(await steps.calls()).toBe(1);
  });

  it('gives the reason why a container cannot start, not that it could not', async () => {
    await steps.dockerDoes(
      'echo "Error response from daemon: port is taken"; echo "Error: failed to start containers: f00"; exit 1',
    );
    await expect(steps.attempt(9)).rejects.toMatchObject({
      message: 'replacing api: Error response from daemon: port is taken',
    });
  });

  it('does not believe a child that ends well', async () => {
    await steps.dockerDoes('exit 0');
    await expect(steps.attempt(9)).rejects.toMatchObject({
      type: 'StepFailed',
      message: 'replacing api: Compose says it is done, but nothing is there',
    });
  });
});
