import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isMap, parseDocument } from 'yaml';
import { plainCompose } from '../../../src/cli/plain-compose.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FILES = ['examples', 'test/stacks'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder)).map((name) => path.join(ROOT, folder, name, 'compose.yaml')),
);

/** The same, by YAML's own reader. */
function byYaml(text: string): unknown {
  const document = parseDocument(text);
  const [name, services] = [document.get('name'), document.get('services')];
  return {
    ...(name === undefined ? {} : { name }),
    services: isMap(services) ? services.items.map(({ key }) => String(key)) : [],
  };
}

describe('plainCompose', () => {
  it.each(FILES.map((file) => [path.relative(ROOT, file), file]))('reads %s as YAML does', (_, file) => {
    const text = readFileSync(file!, 'utf8');
    expect(plainCompose(text)).toEqual(byYaml(text));
  });

  it.each([
    [
      'a comment anywhere',
      '# one\nname: shop # two\nservices: # three\n    # four\n    web: {} # five\n  # six\n    api:\n',
    ],
    ['lines that end as on Windows', 'name: shop\r\nservices:\r\n  web:\r\n    image: x\r\n'],
    [
      'a text that looks like services',
      'x-note: |\n  services:\n    none:\nservices:\n  web:\n    command: >\n      api:\n',
    ],
    ['anchors', 'x-all: &all { a: 1 }\nservices:\n  web: &web\n    <<: *all\n  api: *web\n'],
    ['no services', 'name: shop\nvolumes:\n  files:\n'],
  ])('reads %s as YAML does', (_, text) => {
    expect(plainCompose(text)).toEqual(byYaml(text));
  });

  it.each([
    ['a flow mapping', 'services: { web: {}, api: {} }'],
    ['a flow mapping over lines', 'services:\n  web: {\n    image: x\n  }\n  api: {}\n'],
    ['a merge', 'x-s: &s { web: {} }\nservices:\n  <<: *s\n'],
    ['names in quotes', 'services:\n  "web": {}\n'],
    ['a name in quotes', 'name: "shop"'],
    ['a name made of a variable', 'name: ${NAME}'],
    ['a name over lines', 'name: shop\n  two\n'],
    ['a name that is none', 'name: null'],
    ['a tab', 'services:\n\tweb: {}\n'],
    ['a key that is not plain', '? services\n: web: {}\n'],
    ['a key twice', 'services:\n  web:\nservices:\n  api:\n'],
    ['a second document', '---\nservices:\n  web:\n---\n'],
    ['services that are none', 'services:\n'],
    ['services that step back', 'services:\n    web: {}\n  api: {}\n'],
  ])('leaves %s to it', (_, text) => {
    expect(plainCompose(text)).toBeUndefined();
  });
});
