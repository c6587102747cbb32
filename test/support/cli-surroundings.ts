import { Writable } from 'node:stream';
import type { GlobalFlags } from '../../src/cli/global-flags.js';
import { globalFlags } from '../../src/cli/global-flags.js';
import { type Cli, createCli, type Surroundings } from '../../src/cli/terminal.js';

/** A stream that keeps what is written to it. */
class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Surroundings without a terminal, and what was written to them. */
export function surroundings(env: NodeJS.ProcessEnv = {}, cwd = '/'): Surroundings & { out: Kept; err: Kept } {
  const out = new Kept();
  const err = new Kept();
  return {
    env,
    cwd,
    stdin: { isTTY: false } as NodeJS.ReadStream,
    stdout: out as unknown as NodeJS.WriteStream,
    stderr: err as unknown as NodeJS.WriteStream,
    out,
    err,
  };
}

/** One invocation in such surroundings. */
export function testCli(flags: Partial<GlobalFlags> = {}, env: NodeJS.ProcessEnv = {}): Cli & { out: Kept; err: Kept } {
  const around = surroundings(env);
  return {
    ...createCli(around, { ...globalFlags({ color: false }, env), ...flags }),
    out: around.out,
    err: around.err,
  };
}
