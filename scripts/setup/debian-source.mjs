/**
 * Reads a machine's own apt sources, in both formats that apt knows, and derives further Debian sources from them: a
 * machine that fetches packages from a mirror goes on fetching them from that mirror. Pure.
 */

/** Debian's releases, oldest first; the last one stands for all that follow. */
const releases = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid'];

/** One-line options, as the deb822 format calls them. */
const optionNames = {
  arch: 'Architectures',
  'signed-by': 'Signed-By',
  trusted: 'Trusted',
  'check-valid-until': 'Check-Valid-Until',
  'check-date': 'Check-Date',
};

/**
 * @typedef {object} SourceEntry binary packages only, one mirror, at least one suite
 * @property {string} uri
 * @property {string[]} suites
 * @property {string[]} components
 * @property {Record<string, string>} options deb822 names, Signed-By for one
 */

/**
 * @param {{ name: string, text: string }[]} files sources.list and the files of sources.list.d
 * @returns {SourceEntry[]} the enabled entries, in the files' order
 */
export function parseSources(files) {
  return files.flatMap(({ name, text }) => {
    if (name.endsWith('.sources')) return parseDeb822(text);
    return name.endsWith('.list') ? parseOneLine(text) : [];
  });
}

/** @param {string} text @returns {SourceEntry[]} */
function parseDeb822(text) {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    /** @type {Record<string, string>} */
    const fields = {};
    // A line that begins with a blank goes on with the field before it.
    for (const [, field, value] of stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm))
      fields[field] = value.trimEnd();
    const { Types = '', URIs = '', Suites = '', Components = '', Enabled = 'yes', ...options } = fields;
    if (!words(Types).includes('deb') || Enabled === 'no') return [];
    return words(URIs)
      .slice(0, 1)
      .map((uri) => ({ uri, suites: words(Suites), components: words(Components), options }));
  });
}

/** @param {string} text @returns {SourceEntry[]} */
function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (!match) return [];
    const [, optionText = '', uri, suite, components] = match;
    const options = words(optionText).flatMap((option) => {
      const [name, value = ''] = option.split('=');
      return name in optionNames ? [[optionNames[name], value.replaceAll(',', ' ')]] : [];
    });
    return [{ uri, suites: [suite], components: words(components), options: Object.fromEntries(options) }];
  });
}

/** @param {string} text */
function words(text) {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * @param {SourceEntry[]} entries
 * @returns {{ release: string, entry: SourceEntry } | undefined} the newest Debian release among them, and the entry
 *   that offers it; undefined where none does
 */
export function debianRelease(entries) {
  // Others publish under Debian's release names as well, and rarely call themselves Debian.
  const named = entries.filter(({ uri, options }) => /debian/.test(`${uri} ${options['Signed-By'] ?? ''}`));
  return releases
    .flatMap((release) =>
      (named.length > 0 ? named : entries)
        .filter(({ suites, components }) => suites.includes(release) && components.includes('main'))
        .slice(0, 1)
        .map((entry) => ({ release, entry })),
    )
    .at(-1);
}

/** @param {string} release @param {string} wanted @returns {boolean} whether the release is the wanted one or newer */
export function isAtLeast(release, wanted) {
  return releases.indexOf(release) >= releases.indexOf(wanted);
}

/**
 * The main suite of another release, from the mirror and with the options (signature above all) of a known entry.
 *
 * @param {SourceEntry} entry
 * @param {string} release
 * @returns {string} the text of a .sources file
 */
export function sourceText(entry, release) {
  const fields = { Types: 'deb', URIs: entry.uri, Suites: release, Components: 'main', ...entry.options };
  const lines = Object.entries(fields).map(([field, value]) =>
    value.startsWith('\n') ? `${field}:${value}` : `${field}: ${value}`,
  );
  return `${lines.join('\n')}\n`;
}

/**
 * The sources.list of an image of a release: the machine's mirrors, without its keys, which the image has itself.
 *
 * @param {SourceEntry[]} entries
 * @param {string} release
 * @returns {string | undefined} undefined where the machine has no Debian source
 */
export function imageSourcesText(entries, release) {
  const own = debianRelease(entries);
  if (!own) return undefined;
  /** @param {string} suffix */
  const lineOf = (suffix) => {
    const entry = entries.find(
      ({ suites, components }) => suites.includes(own.release + suffix) && components.includes('main'),
    );
    return entry ? [`deb ${entry.uri} ${release}${suffix} main`] : [];
  };
  return `${[`deb ${own.entry.uri} ${release} main`, ...lineOf('-updates'), ...lineOf('-security')].join('\n')}\n`;
}
