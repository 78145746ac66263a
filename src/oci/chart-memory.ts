import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What was learnt about charts, by name: kept on disk so that a restart needs no repository. May be lost at any time. */
export class ChartMemory<T> {
  private known: Promise<Map<string, T>> | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  async get(key: string): Promise<T | undefined> {
    return (await this.read()).get(key);
  }

  async entries(): Promise<readonly (readonly [string, T])[]> {
    return [...(await this.read())];
  }

  async set(key: string, value: T): Promise<void> {
    const known = await this.read();
    if (JSON.stringify(known.get(key)) === JSON.stringify(value)) return;
    known.set(key, value);
    await this.write(known);
  }

  async delete(key: string): Promise<void> {
    const known = await this.read();
    if (known.delete(key)) await this.write(known);
  }

  private read(): Promise<Map<string, T>> {
    this.known ??= readFile(this.file, 'utf8').then(
      (text) => new Map(parseEntries<T>(text)),
      () => new Map(),
    );
    return this.known;
  }

  private write(known: ReadonlyMap<string, T>): Promise<void> {
    const before = this.writing.catch(() => undefined);
    this.writing = before.then(async () => {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(`${this.file}.new`, JSON.stringify([...known]));
      await rename(`${this.file}.new`, this.file);
    });
    return this.writing;
  }
}

/** Empty for what cannot be read: it is learnt anew. */
function parseEntries<T>(text: string): [string, T][] {
  try {
    return JSON.parse(text) as [string, T][];
  } catch {
    return [];
  }
}
