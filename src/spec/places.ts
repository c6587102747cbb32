import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Finding, Place } from './finding.js';
import type { PolicyIssue } from './policy.js';

/** A Compose file as the operator wrote it. `file` is the name that people shall read. */
export interface SourceFile {
  file: string;
  text: string;
}

export type KeyPath = readonly (string | number)[];

/**
 * Where a key, or an item of a list, stands in the files that Compose merges. The last file that has it wins, as with
 * Compose. Anchors and merge keys are followed to what they stand for. Undefined where no file has it: it may come from
 * a file that another one extends, or from Compose itself.
 */
export function placeOf(files: readonly SourceFile[], path: KeyPath): Place | undefined {
  for (const { file, text } of [...files].reverse()) {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', merge: true });
    const at = document.contents && offsetOf(document, document.contents, path);
    if (at === undefined || at === null) continue;
    const { line, col } = lines.linePos(at);
    return { file, line, column: col, path: pathText(path) };
  }
  return undefined;
}

/** As `placeOf`; where nothing has the whole path, the place of the nearest key around it. */
export function nearestPlace(files: readonly SourceFile[], path: KeyPath): Place | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const place = placeOf(files, path.slice(0, length));
    if (place) return { ...place, path: pathText(path) };
  }
  return undefined;
}

/** Problems of `x-evenkeel` as findings; all are errors. */
export function findingsFrom(issues: readonly PolicyIssue[], files: readonly SourceFile[]): Finding[] {
  return issues.map(({ path, rule, message, nearest }) => {
    const place = nearestPlace(files, path);
    const [top, service] = path;
    return {
      rule,
      severity: 'error',
      message: place ? message : `${pathText(path)}: ${message}`,
      ...(nearest !== undefined && { remedy: `did you mean ${nearest}?` }),
      ...(top === 'services' && { service: String(service) }),
      ...(place && { place }),
    };
  });
}

/** `services.api.ports[0]` */
export function pathText(path: KeyPath): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${part}`)).join('');
}

/** The offset of the last key of the path, below a node. `mergedInto`: maps that are being looked into for merges. */
function offsetOf(document: Document, node: Node, path: KeyPath, mergedInto: readonly Node[] = []): number | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return node.range?.[0];
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(target)) {
    const item = target.items[Number(part)] as Node | undefined;
    return item && offsetOf(document, item, rest);
  }
  // A map that merges itself would never end.
  if (!isMap(target) || mergedInto.includes(target)) return undefined;
  const own = target.items.find((pair) => keyOf(pair) === String(part));
  if (own && rest.length === 0) return (own.key as Node).range?.[0];
  if (own) return own.value ? offsetOf(document, own.value as Node, rest) : undefined;
  return target.items
    .filter((pair) => keyOf(pair) === '<<')
    .flatMap(({ value }) => mergedNodes(document, value))
    .map((other) => offsetOf(document, other, path, [...mergedInto, target]))
    .find((found) => found !== undefined);
}

/** `<<: *base`, or `<<: [*one, *two]` */
function mergedNodes(document: Document, value: unknown): Node[] {
  const target = isAlias(value) ? value.resolve(document) : value;
  return isSeq(target) ? (target.items as Node[]) : isMap(target) ? [target] : [];
}

function keyOf({ key }: Pair): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'symbol' ? '<<' : String(key.value);
}
