/**
 * The passwords of every URL in a text, as written and decoded; for web addresses a token before the `@` as well. Where
 * the end of a password is in doubt (one that is not encoded may hold `@` and `/`) each reading counts.
 */
export function urlPasswords(text: string): string[] {
  const found = new Set<string>();
  for (const [, scheme, rest] of text.matchAll(URLS)) {
    for (const userinfo of userinfosOf(rest!)) {
      const password = passwordOf(userinfo, /^https?$/i.test(scheme!));
      if (password === undefined || password === '') continue;
      found.add(password);
      found.add(decoded(password));
    }
  }
  return [...found];
}

/** Each up to a blank, a quote, or where the next one begins. */
const URLS = /\b([a-z][a-z0-9+.-]*):\/\/((?:(?![a-z][a-z0-9+.-]*:\/\/)[^\s"'<>])+)/gi;

/** What stands before an `@`: the first, the last of the authority, and the last of all. */
function userinfosOf(rest: string): string[] {
  const authority = /^[^/?#]*/.exec(rest)![0];
  const ends = [rest.indexOf('@'), authority.lastIndexOf('@'), rest.lastIndexOf('@')].filter((at) => at > 0);
  return ends.map((at) => rest.slice(0, at));
}

function passwordOf(userinfo: string, isWeb: boolean): string | undefined {
  const colon = userinfo.indexOf(':');
  if (colon !== -1) return userinfo.slice(colon + 1);
  return isWeb && !userinfo.includes('/') ? userinfo : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
