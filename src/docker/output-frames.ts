/** A piece of a container's output. */
export interface Frame {
  stream: 'stdout' | 'stderr';
  bytes: Buffer;
}

const HEADER_BYTES = 8;

/**
 * Takes the engine's output apart: with a TTY it is the bare output, without one each piece follows a header of eight
 * bytes, stream first, length last. (The client library's own way recurses for each piece and overflows the stack on
 * many short lines.)
 */
export async function* outputFrames(reply: AsyncIterable<Buffer>, tty: boolean): AsyncGenerator<Frame> {
  for await (const frames of frameBatches(reply, tty)) yield* frames;
}

/** The same, with all the pieces at once that have come together: a piece is often one line, and there may be millions. */
export async function* frameBatches(reply: AsyncIterable<Buffer>, tty: boolean): AsyncGenerator<Frame[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of reply) {
    if (tty) {
      yield [{ stream: 'stdout', bytes: chunk }];
      continue;
    }
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      const length = bytes.length - at >= HEADER_BYTES ? bytes.readUInt32BE(at + 4) : Infinity;
      if (bytes.length - at - HEADER_BYTES < length) break;
      const from = at + HEADER_BYTES;
      frames.push({ stream: bytes[at] === 2 ? 'stderr' : 'stdout', bytes: bytes.subarray(from, from + length) });
      at = from + length;
    }
    rest = bytes.subarray(at);
    yield frames;
  }
}
