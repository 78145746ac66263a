/** Lines of a message of a condition or event, without bullets, commits as people read them. */
export function messageLines(message: string): string[] {
  return message
    .replace(/@sha1:([0-9a-f]{7})[0-9a-f]{33}(?![0-9a-f])/g, '@$1')
    .split('\n')
    .map((line) => line.trim().replace(/^[-*] /, ''))
    .filter((line) => line !== '');
}

/** All of a message in one line: what stands below a heading follows it, other lines come after a semicolon. */
export function oneLine(message: string): string {
  return messageLines(message).reduce((told, line) => (told === '' ? line : `${told}${told.endsWith(':') ? ' ' : '; '}${line}`), '');
}
