import type { RE2JS } from 're2js';
import type { Limit } from './shape';

/** A pattern as the API server reads it: Go's, found anywhere in the text. What is no pattern for it, restricts nothing. */
export function patternLimit(pattern: string): Limit {
  let compiled: RE2JS | null | undefined;
  const known = new Map<string, boolean>();
  const matches = (text: string): boolean => {
    compiled ??= compile(pattern);
    return compiled === null || compiled.matcher(text).find();
  };
  return (value) => {
    if (typeof value !== 'string') return undefined;
    let is = known.get(value);
    if (is === undefined) {
      is = matches(value);
      known.set(value, is);
    }
    return is ? undefined : `must match ${pattern}`;
  };
}

function compile(pattern: string): RE2JS | null {
  // Loaded when a schema asks for it: few do.
  const { RE2JS } = require('re2js') as typeof import('re2js');
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}
