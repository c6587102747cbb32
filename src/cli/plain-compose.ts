/** What a Compose file says in lines that mean the same in whatever way YAML is read. */
export interface PlainCompose {
  /** `name:` of the project. */
  name?: string;
  /** In the order of the file. */
  services: string[];
}

/** What is neither empty nor a comment. */
const SAID = /^\s*[^\s#]/;
/** A value that is a text, whoever reads it. */
const PLAIN_NAME = /^(?!(?:null|true|false)$)[a-z][a-z0-9_-]*$/;

/**
 * Name and services of a Compose file that is written plainly, told from its lines; undefined for any other, which is for YAML's own
 * reader. That one takes half of the time in which a completion has to be there.
 */
export function plainCompose(text: string): PlainCompose | undefined {
  const blocks = topLevelBlocks(text);
  if (!blocks) return undefined;
  const name = blocks.get('name');
  if (name && !(PLAIN_NAME.test(name.value) && name.lines.length === 0)) return undefined;
  const services = servicesOf(blocks.get('services'));
  return services && { ...(name ? { name: name.value } : {}), services };
}

interface Block {
  /** Behind the colon, without a comment. */
  value: string;
  /** The lines below that say something. */
  lines: string[];
}

function topLevelBlocks(text: string): Map<string, Block> | undefined {
  const blocks = new Map<string, Block>();
  let block: Block | undefined;
  for (const line of text.split(/\r?\n/).filter((each) => SAID.test(each))) {
    if (line.startsWith(' ')) {
      if (!block) return undefined;
      block.lines.push(line);
      continue;
    }
    const [, key, value = ''] = /^([A-Za-z][\w.-]*):(?:\s+(.*))?$/.exec(line) ?? [];
    if (key === undefined || blocks.has(key)) return undefined;
    block = { value: value.replace(/(?:^|\s+)#.*/, '').trimEnd(), lines: [] };
    blocks.set(key, block);
  }
  return blocks;
}

function servicesOf(block: Block | undefined): string[] | undefined {
  if (!block) return [];
  const [first] = block.lines;
  if (block.value !== '' || first === undefined) return undefined;
  const indent = first.search(/\S/);
  const names: string[] = [];
  for (const line of block.lines) {
    const deep = line.search(/\S/);
    if (deep > indent) continue;
    const [, name] = /^ +([A-Za-z][\w.-]*):(?:\s|$)/.exec(line) ?? [];
    if (deep < indent || name === undefined) return undefined;
    names.push(name);
  }
  return names;
}
