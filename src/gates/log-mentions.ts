const METHOD = '(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT)';

/** Lines that repeat what somebody asked for or set; whatever they hold, they report no failure. */
const REPEATED = [
  // Access logs: the path and the user agent are the client's words. An error log has a comma after its request.
  new RegExp(String.raw`"${METHOD} [^"]{0,4000}" \d{3}\b`),
  new RegExp(String.raw`^(?:\S{1,40} ){0,3}${METHOD} \S{1,4000} \d{3}\b`),
  // Statements and their parameters, as databases and drivers echo them.
  /\bSTATEMENT: {2}|\bLOG: {2}(?:statement|execute|duration|parse|bind)\b|\b(?:DETAIL|CONTEXT): {2}(?:parameters|unnamed portal)|^\[(?:SQL|parameters): /i,
  // Variables of the environment.
  /^\s{0,20}(?:export |declare -x |ENV |- )?[A-Z][A-Z0-9_]{2,60}=/,
  // A certificate that its keeper is about to replace.
  /\bcertificate has expired and will be renewed\b/,
  // What is written for whoever looks for a fault.
  /^\W{0,3}(?:\S{1,40}\s{1,8}){0,3}\W{0,3}(?:DEBUG|TRACE)\b|^\W{0,3}(?:debug|trace)\b|"level":\s?(?:"(?:debug|trace)"|[12]0\b)|\blevel=(?:debug|trace)\b/,
];

/** What stands before the words of a failure where it is only spoken of. */
const SPOKEN_OF =
  /\b(?:no|without|if|whether|avoids?|prevents?|ignor(?:e|es|ed|ing)|handl(?:e|es|ing)|catch(?:es|ing)?|detect(?:s|ing)?|check(?:s|ing)? for|retry(?:ing)? on|retries on|in case of)\s{1,3}["'`(]?$/i;

/** Whether a line only mentions what it says from `at` on: an access log, an echoed variable or statement, a sentence about it. */
export function isMention(line: string, at: number): boolean {
  return REPEATED.some((pattern) => pattern.test(line)) || SPOKEN_OF.test(line.slice(Math.max(0, at - 40), at));
}
