/**
 * Files are written without waiting for the disk to have them. There are thousands of such waits, which on a busy disk take longer than
 * all else; and that a file outlives a power cut no unit test could show.
 */
import { open } from 'node:fs/promises';

const handle = await open(import.meta.filename);
Object.getPrototypeOf(handle).sync = async () => undefined;
await handle.close();
