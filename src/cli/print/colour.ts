import { styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Text in a style, or as it is where styles are not wanted. */
export type Paint = (style: Style | readonly Style[], text: string) => string;

/** Colours where a terminal shows them and nobody said otherwise: NO_COLOR, TERM=dumb; FORCE_COLOR has them everywhere. */
export function paintFor(stream: { readonly isTTY?: boolean }, variables: NodeJS.ProcessEnv = process.env): Paint {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = variables;
  const forced = FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const wanted = forced || (stream.isTTY === true && NO_COLOR === '' && TERM !== 'dumb');
  return wanted ? (style, text) => styleText(typeof style === 'string' ? style : [...style], text, { validateStream: false }) : plain;
}

/** No styles at all. */
export const plain: Paint = (_, text) => text;
