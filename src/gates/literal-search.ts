/** Characters above this are in no literal. */
const ASCII = 128;

/**
 * Looks for many texts in a line at once, whatever their case, in one pass over its characters (Aho and Corasick's
 * automaton, written out as a table). Literals are ASCII.
 */
export class LiteralSearch {
  private readonly classOf = new Uint8Array(ASCII);
  private readonly classes: number;
  /** `next[state × classes + class]`; a state is a row. */
  private readonly next: Uint16Array;
  /** Literals that end at a state, those that end with another's end included. */
  private readonly ends: number[][];
  private readonly isEnd: Uint8Array;

  constructor(literals: string[]) {
    this.classes = this.sortCharacters(literals);
    const rows = new TrieRows(literals.map((literal) => [...literal.toLowerCase()].map((c) => this.classOf[code(c)]!)));
    if (rows.children.length > 0xffff) throw new Error('Too many literals for one search');
    this.ends = rows.ends;
    this.next = this.written(rows);
    this.isEnd = Uint8Array.from(this.ends, (found) => (found.length > 0 ? 1 : 0));
  }

  /** The literals that occur, by their place in the list, in no order and some of them repeatedly; none mostly. */
  find(line: string): readonly number[] {
    const { classOf, classes, next, isEnd } = this;
    let found: number[] | undefined;
    let state = 0;
    for (let at = 0; at < line.length; at++) {
      const character = line.charCodeAt(at);
      state = character < ASCII ? next[state * classes + classOf[character]!]! : 0;
      if (isEnd[state] === 1) (found ??= []).push(...this.ends[state]!);
    }
    return found ?? NONE;
  }

  /** Characters that no literal has are all of class 0. Returns how many classes there are. */
  private sortCharacters(literals: string[]): number {
    const used = [...new Set(literals.join('').toLowerCase())].sort();
    used.forEach((character, index) => {
      this.classOf[code(character)] = index + 1;
      this.classOf[code(character.toUpperCase())] = index + 1;
    });
    return used.length + 1;
  }

  /** Where a state has no way on, that of the longest proper end of it is taken. */
  private written(rows: TrieRows): Uint16Array {
    const { classes } = this;
    const next = new Uint16Array(rows.children.length * classes);
    const fallback = new Uint16Array(rows.children.length);
    const breadthFirst = [0];
    for (const state of breadthFirst) {
      for (let kind = 0; kind < classes; kind++) {
        const child = rows.children[state]!.get(kind);
        const otherwise = state === 0 ? 0 : next[fallback[state]! * classes + kind]!;
        next[state * classes + kind] = child ?? otherwise;
        if (child === undefined) continue;
        fallback[child] = otherwise;
        rows.ends[child]!.push(...rows.ends[otherwise]!);
        breadthFirst.push(child);
      }
    }
    return next;
  }
}

const NONE: readonly number[] = [];

/** The literals as a tree of their characters' classes. */
class TrieRows {
  readonly children: Map<number, number>[] = [new Map()];
  readonly ends: number[][] = [[]];

  constructor(literals: number[][]) {
    literals.forEach((literal, index) => {
      const last = literal.reduce((state, kind) => this.child(state, kind), 0);
      this.ends[last]!.push(index);
    });
  }

  private child(state: number, kind: number): number {
    const known = this.children[state]!.get(kind);
    if (known !== undefined) return known;
    const made = this.children.push(new Map()) - 1;
    this.ends.push([]);
    this.children[state]!.set(kind, made);
    return made;
  }
}

function code(character: string): number {
  const found = character.charCodeAt(0);
  if (found >= ASCII) throw new Error(`"${character}" is not ASCII`);
  return found;
}
