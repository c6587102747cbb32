import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LastLines } from '../../../src/docker/last-lines.js';
import { type Frame, outputFrames } from '../../../src/docker/output-frames.js';

function framed({ stream, bytes }: Frame): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** The bytes in pieces of a size, as a connection delivers them. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function framesOf(bytes: Buffer, size: number, tty = false): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of outputFrames(pieces(bytes, size), tty)) frames.push(frame);
  return frames;
}

const frame = fc.record({
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

describe('outputFrames', () => {
  it('gives back what was framed, however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame), fc.integer({ min: 1, max: 30 }), async (frames, size) => {
        expect(await framesOf(Buffer.concat(frames.map(framed)), size)).toEqual(frames);
      }),
      { numRuns: 50 },
    );
  });

  it('takes the output of a TTY as it is', async () => {
    const frames = await framesOf(Buffer.from('bare output'), 4, true);
    expect(Buffer.concat(frames.map(({ bytes }) => bytes)).toString()).toBe('bare output');
  });
});

describe('LastLines', () => {
  function linesOf(most: number, ...chunks: [Frame['stream'], string | Buffer][]): string[] {
    const last = new LastLines(most);
    for (const [stream, text] of chunks) last.add({ stream, bytes: Buffer.from(text as string) });
    return last.finish();
  }

  it('keeps the last ones, in the order in which they ended', () => {
    expect(linesOf(3, ['stdout', 'a\nb\nc\n'], ['stderr', 'd\n'])).toEqual(['b', 'c', 'd']);
    expect(linesOf(9, ['stdout', 'half '], ['stderr', 'whole\n'], ['stdout', 'line\r\n'])).toEqual([
      'whole',
      'half line',
    ]);
  });

  it('ends with a line that has no end', () => expect(linesOf(9, ['stdout', 'a\nb'])).toEqual(['a', 'b']));

  it('puts a character together that was split', () => {
    const bytes = Buffer.from('grün\n');
    expect(linesOf(9, ['stdout', bytes.subarray(0, 3)], ['stdout', bytes.subarray(3)])).toEqual(['grün']);
  });

  it('cuts endless lines', () => {
    const [line] = linesOf(9, ['stdout', 'x'.repeat(100_000)], ['stdout', `${'y'.repeat(100_000)}\n`]);
    expect(line).toBe('x'.repeat(4096));
  });
});
