export type Texts = Readonly<Record<string, string>>;

export type Path = readonly string[];

/** Takes fields out of what was read, and complains where they are not what they should be. */
export abstract class MapReading {
  protected abstract readonly root: unknown;

  /** @param path of the field that is at fault */
  abstract fail(path: Path, reason: string): never;

  /** Undefined where nothing is there. */
  at(path: Path): unknown {
    let value = this.root;
    for (const key of path) {
      if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return value;
  }

  text(path: Path): string | undefined {
    const value = this.at(path);
    if (value !== undefined && value !== null && typeof value !== 'string') this.fail(path, `${path.join('.')} is no text`);
    return (value as string | null) ?? undefined;
  }

  map(path: Path): Readonly<Record<string, unknown>> {
    const value = this.at(path) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.fail(path, `${path.join('.')} is no map`);
    return value as Readonly<Record<string, unknown>>;
  }

  texts(path: Path): Texts {
    for (const end of path.keys()) this.map(path.slice(0, end + 1));
    const map = this.map(path);
    for (const key of Object.keys(map)) {
      if (typeof map[key] !== 'string') this.fail([...path, key], `a value of ${path.join('.')} is no text`);
    }
    return map as Texts;
  }
}
