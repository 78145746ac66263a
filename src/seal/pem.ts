/** One block of a PEM text. */
export interface PemBlock {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  /** From `-----BEGIN` to the end of its last line. */
  readonly pem: string;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** Blocks of a text in their order. What stands between them, and what is cut off, is none. */
export function pemBlocks(text: string): PemBlock[] {
  return text
    .split(BEGIN)
    .slice(1)
    .flatMap((piece) => {
      const label = piece.slice(0, Math.max(0, piece.indexOf(DASHES)));
      const last = `-----END ${label}${DASHES}`;
      const at = piece.indexOf(last);
      return at === -1 ? [] : [{ label, pem: `${BEGIN}${piece.slice(0, at + last.length)}\n` }];
    });
}
