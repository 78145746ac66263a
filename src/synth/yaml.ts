import { quote } from '../model/yaml-quote';
import { looksIndented } from './sequence-style';
import { isLiteral, scalar } from './yaml-scalar';

/**
 * Prints JSON as YAML, the same bytes for the same value. Every file of synth goes through here.
 *
 * The text is what the reader and writer of kyaml v0.21.1 would leave alone, since Flux's image automation prints a file anew when it edits
 * one scalar of it: block style, sequences not indented, long lines never folded, escapes as in Go's emitter. Strings that any YAML 1.1 or 1.2
 * reader could take for something else are quoted.
 */
export type Printable = null | boolean | number | string | Marked | readonly Printable[] | { readonly [key: string]: Printable };

/** A scalar that a machine may edit in place: always double-quoted, so that its type never depends on its text. */
export class Marked {
  constructor(
    readonly text: string,
    /** Comment after the scalar, without `#`. */
    readonly comment: string,
  ) {}
}

export function printYaml(value: Printable): string {
  const printer = new Printer(false);
  const text = printer.print(value);
  // Only files with markers are ever written back.
  return printer.marked && looksIndented(text) ? new Printer(true).print(value) : text;
}

class Printer {
  /** Whether there was a marked scalar. */
  marked = false;
  private readonly lines: string[] = [];

  constructor(private readonly indentsItems: boolean) {}

  print(value: Printable): string {
    this.block(value, '', '');
    return `${this.lines.join('\n')}\n`;
  }

  /** `lead` is what stands before the value on its first line, such as `key: ` or `- `, with its indentation. */
  private block(value: Printable, lead: string, indent: string): void {
    if (value instanceof Marked) {
      this.marked = true;
      this.lines.push(`${lead}${quote(value.text)} # ${value.comment}`);
    } else if (Array.isArray(value) && value.length > 0) {
      this.items(value, lead, indent);
    } else if (isMap(value) && Object.keys(value).length > 0) {
      this.entries(value, lead, indent);
    } else if (typeof value === 'string' && isLiteral(value)) {
      this.literal(value, lead, indent);
    } else {
      this.lines.push(lead + flat(value));
    }
  }

  private items(items: readonly Printable[], lead: string, indent: string): void {
    let first = lead;
    for (const item of items) {
      this.block(item, `${first}- `, `${indent}  `);
      first = indent;
    }
  }

  private entries(map: { readonly [key: string]: Printable }, lead: string, indent: string): void {
    let first = lead;
    for (const [key, value] of Object.entries(map)) {
      if (isSimpleKey(key)) {
        this.value(value, `${first}${scalar(key)}:`, indent);
      } else {
        this.lines.push(`${first}? ${scalar(key)}`);
        this.block(value, `${indent}: `, `${indent}  `);
      }
      first = indent;
    }
  }

  /** Collections begin on the line after their key. */
  private value(value: Printable, lead: string, indent: string): void {
    if (isCollection(value)) {
      const inner = Array.isArray(value) && !this.indentsItems ? indent : `${indent}  `;
      this.lines.push(lead);
      this.block(value, inner, inner);
    } else {
      this.block(value, `${lead} `, `${indent}  `);
    }
  }

  private literal(text: string, lead: string, indent: string): void {
    const ends = text.endsWith('\n');
    this.lines.push(`${lead}${ends ? '|' : '|-'}`);
    for (const line of (ends ? text.slice(0, -1) : text).split('\n')) this.lines.push(line === '' ? '' : indent + line);
  }
}

// What Go's emitter takes for one.
function isSimpleKey(key: string): boolean {
  return Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key);
}

function flat(value: Printable): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return scalar(value);
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}';
  return JSON.stringify(value);
}

function isMap(value: Printable): value is { readonly [key: string]: Printable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Marked);
}

function isCollection(value: Printable): boolean {
  return Array.isArray(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;
}
