import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { errors } from '../../common/errors';

/** Tells of files that change, whoever writes them and however: in place, by a rename, in folders that are made meanwhile. */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();

  /** @param isWatched whether changes of a path matter; where it is a folder, those in it */
  constructor(
    private readonly isWatched: (path: string) => boolean,
    private readonly onChange: (path: string) => void,
  ) {}

  /**
   * Watches a folder and all that is below it.
   * @throws WatchFailed
   */
  addTree(folder: string, onFile: (path: string) => void = () => {}): void {
    if (this.watchers.has(folder)) return;
    this.watch(folder);
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (!this.isWatched(path)) continue;
      if (entry.isDirectory()) this.addTree(path, onFile);
      else onFile(path);
    }
  }

  /** Watches the folder of a file, that a file which takes its place is seen too. */
  addFile(path: string): void {
    const folder = dirname(path);
    if (!this.watchers.has(folder) && isFolder(folder)) this.watch(folder);
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private watch(folder: string): void {
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, (_, name) => {
        if (name !== null) this.changed(join(folder, name));
      });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      throw errors.WatchFailed({ folder, reason: code === 'ENOSPC' ? 'the system allows no more watches' : String(code) }, cause);
    }
    // A folder that is deleted is told of by the one above it.
    watcher.on('error', () => this.drop(folder));
    this.watchers.set(folder, watcher);
  }

  private changed(path: string): void {
    if (!this.isWatched(path)) return;
    if (isFolder(path)) {
      // Of a new one, what is in it already was written before it was watched.
      this.addTree(path, this.onChange);
      return;
    }
    this.drop(path);
    this.onChange(path);
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
