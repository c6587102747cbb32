import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

/** A regular file with what a container sees of it. */
export interface FileContent {
  content: Buffer;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
}

/** The first regular file of a tar archive, or undefined when it holds none. */
export async function fileInTar(tar: Buffer): Promise<FileContent | undefined> {
  const archive = extract();
  archive.end(tar);
  for await (const entry of archive) {
    const { type, mode, uid, gid } = entry.header;
    if (type === 'file')
      return { content: await buffer(entry), mode: (mode ?? 0o644) & 0o777, uid: uid ?? 0, gid: gid ?? 0 };
    entry.resume();
  }
  return undefined;
}

/**
 * A tar archive to unpack at `/`, with each file at its absolute path and modified at a whole second: the shape in which
 * Compose copies files into containers, by which `copiedIn` recognises them.
 */
export async function tarAtRoot(files: (FileContent & { path: string })[], modifiedAt: Date): Promise<Buffer> {
  const archive = pack();
  const mtime = new Date(Math.floor(modifiedAt.getTime() / 1000) * 1000);
  for (const { path, content, mode, uid, gid } of files) {
    archive.entry({ name: path.replace(/^\/+/, ''), mode, uid, gid, mtime }, content);
  }
  archive.finalize();
  return buffer(archive);
}
