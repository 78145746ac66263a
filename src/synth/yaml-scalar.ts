import { YAML_WORDS } from '../model/plain-string';
import { isPrintable, quote, singleQuote } from '../model/yaml-quote';

const PLAIN = /^[\w./$(+-](?:[\w./@%+=;()$!*&<>^|~"'\\,{}[\]?-]|:(?=[^\s])| (?=[^\s#]))*$/;
const WORD = new RegExp(`^(?:${YAML_WORDS.join('|')})$`, 'i');
const NUMBER = /^[-+]?(?:0[xob][\da-f_]+|[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\d[\d_]*(?::\d+)+(?:\.[\d_]*)?|\.inf|\.nan)$/i;
const DATE = /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s])/;
const INDICATOR = /^(?:-(?:\s|$)|---|\.\.\.)/;
const ASCII = /^[\x20-\x7e]*$/;

/** A string on one line, as any YAML 1.1 or 1.2 reader takes it for that string. */
export function scalar(text: string): string {
  if (PLAIN.test(text) && !WORD.test(text) && !isNumber(text) && !DATE.test(text) && !INDICATOR.test(text)) return text;
  if (/["\\]/.test(text) && ASCII.test(text)) return singleQuote(text);
  return quote(text);
}

/** Go's reader looks at what is left without underscores, wherever these stand. */
function isNumber(text: string): boolean {
  return NUMBER.test(text) || NUMBER.test(text.replaceAll('_', ''));
}

/** Whether text has many lines which a literal block gives back exactly under every reader. */
export function isLiteral(text: string): boolean {
  return text.includes('\n') && /^[^\s]/.test(text) && !/[ \t](?:\n|$)|\n\n$/.test(text) && isPrintable(text);
}
