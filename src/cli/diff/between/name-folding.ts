import type { KubeObject, ObjectId } from '../../../model/object';

/** A name of one side, and what the other calls the same. */
export type NamePair = readonly [from: string, to: string];

/** Says in the names of one environment what is said in those of another, so that nothing but real differences is left. */
export class NameFolding {
  private readonly names: ReadonlyMap<string, string>;
  private readonly pattern?: RegExp;

  constructor(pairs: readonly NamePair[]) {
    this.names = new Map(pairs.filter(([from, to]) => from !== to && from !== ''));
    const words = [...this.names.keys()].sort((a, b) => b.length - a.length).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    if (words.length > 0) this.pattern = new RegExp(`(?<![a-zA-Z0-9])(?:${words.join('|')})(?![a-zA-Z0-9])`, 'g');
  }

  text(text: string): string {
    return this.pattern === undefined ? text : text.replace(this.pattern, (word) => this.names.get(word) as string);
  }

  id(id: ObjectId): ObjectId {
    return { ...id, namespace: this.text(id.namespace), name: this.text(id.name) };
  }

  /** An object with its texts in the other names, wherever the other side has them so at that place. All other texts stay as they are. */
  object(object: KubeObject, counterpart: KubeObject): KubeObject {
    const known = new Map<string, Set<string>>();
    collect(counterpart, '', known);
    return this.fold(object, '', known) as KubeObject;
  }

  private fold(value: unknown, place: string, known: ReadonlyMap<string, ReadonlySet<string>>): unknown {
    if (Array.isArray(value)) return value.map((item) => this.fold(item, `${place}\0[${this.text(nameIn(item))}]`, known));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => {
          const name = this.text(key);
          return [known.get(place)?.has(name) ? name : key, this.fold(item, `${place}\0${name}`, known)];
        }),
      );
    if (typeof value !== 'string') return value;
    return value
      .split('\n')
      .map((line) => (known.get(place)?.has(this.text(line)) ? this.text(line) : line))
      .join('\n');
  }
}

/** Keys and lines of text by place, with items of lists known by their names. */
function collect(value: unknown, place: string, into: Map<string, Set<string>>): void {
  const add = (text: string) => into.set(place, (into.get(place) ?? new Set()).add(text));
  if (Array.isArray(value)) for (const item of value) collect(item, `${place}\0[${nameIn(item)}]`, into);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      add(key);
      collect(item, `${place}\0${key}`, into);
    }
  else if (typeof value === 'string') for (const line of value.split('\n')) add(line);
}

function nameIn(item: unknown): string {
  const name = typeof item === 'object' && item !== null ? (item as { readonly name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : '';
}
