import { createRequire } from 'node:module';

interface ConstructsLibrary {
  readonly Node?: { readonly prototype: { addChild?: (this: unknown, child: object, name: string) => void } };
}

const FRAMES = 60;

/**
 * Where in a program each of its constructs is made: the stack at that moment. The project's own copy of the construct library is
 * watched, so ask before the program runs, and only for a command that wants to know: it makes every construct slower.
 */
export function recordCreations(entry: string): (construct: object) => readonly string[] {
  const stacks = new WeakMap<object, string>();
  const prototype = (createRequire(entry)('constructs') as ConstructsLibrary).Node?.prototype;
  const original = prototype?.addChild;
  if (prototype === undefined || original === undefined) return () => [];
  prototype.addChild = function (child, name) {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    stacks.set(child, new Error().stack ?? '');
    Error.stackTraceLimit = before;
    original.call(this, child, name);
  };
  return (construct) => placesIn(stacks.get(construct) ?? '');
}

const OWN_FOLDER = `${__dirname.replace(/[\\/]cli[\\/]trace$/, '')}/`;

/** Lines of the user's own files, the innermost first: `/k8s/main.ts:57:5`. */
export function placesIn(stack: string): string[] {
  return stack.split('\n').flatMap((line) => {
    const place = /^\s+at .*?\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(line)?.[1]?.replace(/^file:\/\//, '');
    return place === undefined || /^node:|[\\/]node_modules[\\/]/.test(place) || place.startsWith(OWN_FOLDER) ? [] : [place];
  });
}
