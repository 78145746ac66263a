import { styleText } from 'node:util';

/** How words are made to stand out; all plain where nobody looks. */
export interface Colours {
  good(text: string): string;
  bad(text: string): string;
  odd(text: string): string;
  strong(text: string): string;
}

/** Colours on a terminal that wants them, plain words elsewhere. */
export function coloursOf(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Colours {
  const isOn = stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
  const paint = (colour: Parameters<typeof styleText>[0]) => (text: string) => (isOn ? styleText(colour, text) : text);
  return { good: paint('green'), bad: paint('red'), odd: paint('yellow'), strong: paint('bold') };
}
