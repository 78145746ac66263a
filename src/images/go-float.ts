const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/**
 * The number Go's `strconv.ParseFloat` reads, undefined where it reads none, where it is out of range, and for NaN, which has no place
 * in an order.
 */
export function parseGoFloat(text: string): number | undefined {
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const digits = withoutUnderscores(text);
  if (digits === undefined) return undefined;
  const number = DECIMAL.test(digits) ? Number(digits) : hexadecimal(digits);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

function hexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (!match || match[2] + match[3] === '') return undefined;
  const [, sign, whole, fraction, exponent] = match;
  const mantissa = Number(BigInt(`0x${whole}${fraction}`));
  const size = mantissa === 0 ? 0 : mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

/** Undefined where one stands elsewhere than between digits, or after the prefix of a hexadecimal number. */
function withoutUnderscores(text: string): string | undefined {
  if (!text.includes('_')) return text;
  const digit = /^[+-]?0x/i.test(text) ? '[\\da-fx]' : '\\d';
  return new RegExp(`(?<!${digit})_|_(?!${digit})`, 'i').test(text) ? undefined : text.replaceAll('_', '');
}
