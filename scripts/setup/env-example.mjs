/** Turns the example of an env file into a usable one. Pure. */

/**
 * Gives each empty password a value, and each listed variable its own, whether the example has it commented out or not.
 * Every other line stays as it is.
 *
 * @param {string} example
 * @param {Record<string, string>} values
 * @param {() => string} newPassword
 * @returns {string}
 */
export function fillExample(example, values, newPassword) {
  return example
    .split('\n')
    .map((line) => {
      const [, name, value] = /^#?\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && name in values) return `${name}=${values[name]}`;
      return line.startsWith('#') || value !== '' || !name?.includes('PASSWORD') ? line : `${name}=${newPassword()}`;
    })
    .join('\n');
}
