/** Words that some reader of YAML takes for a boolean or for nothing. */
export const YAML_WORDS: readonly string[] = ['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'];
const NO_STRINGS = new Set(YAML_WORDS.flatMap((word) => [word, word[0].toUpperCase() + word.slice(1), word.toUpperCase()]));
const NO_DIGITS = /^[-+]?0[xXbBoO]_+$/;
const INTEGER = /^[-+]?(?:0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const SEXAGESIMAL = /^[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?$/;
const DATE = /^\d{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])$/;
const PLAIN = /^\w[\w.@/+-]*(?::[\w.@/+-]+)*$/;

/** Whether a version or reference needs no quotes: readers of YAML 1.1 and 1.2, Go's among them, take it for a string as it is. */
export function isPlainString(text: string): boolean {
  if (!PLAIN.test(text) || NO_STRINGS.has(text) || DATE.test(text) || NO_DIGITS.test(text)) return false;
  // Underscores may part digits, but nothing that begins with one is a number.
  const digits = text.startsWith('_') ? text : text.replaceAll('_', '');
  return !INTEGER.test(digits) && !FLOAT.test(digits) && !SEXAGESIMAL.test(digits);
}
