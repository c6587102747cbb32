/** Verified downloads into the cache folder. */
import { createHash } from 'node:crypto';
import { CannotSetUp } from './say.mjs';

const connectMs = 5_000;
const transferMs = 5 * 60_000;

/**
 * Fetches a file of moderate size into memory.
 *
 * @param {string} url
 * @returns {Promise<Buffer>}
 * @throws {CannotSetUp} where the server does not begin to answer within 5 s, refuses, or takes more than 5 minutes
 */
export async function download(url) {
  const giveUp = new AbortController();
  let timer = setTimeout(() => giveUp.abort(), connectMs);
  try {
    const response = await fetch(url, { signal: giveUp.signal });
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(), transferMs);
    if (!response.ok) throw new CannotSetUp(`${url} answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof CannotSetUp) throw error;
    throw new CannotSetUp(`${new URL(url).host} is not reachable`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Buffer} content
 * @param {string} name the file's name in the list
 * @param {string} checksums a published list of lines `<sha256>  <name>`
 * @throws {CannotSetUp} where the list lacks the file, or the content is another
 */
export function verify(content, name, checksums) {
  const line = checksums.split('\n').find((entry) => entry.trim().split(/\s+/)[1] === name);
  if (!line) throw new CannotSetUp(`the published checksums do not list ${name}`);
  const found = createHash('sha256').update(content).digest('hex');
  if (!line.startsWith(found)) throw new CannotSetUp(`${name} does not have its published checksum`);
}
