import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../common/errors';
import { abortable } from '../common/on-abort';
import { chartUrl, refusal } from './chart-http';
import { HelmIndex } from './helm-index';
import { IndexCutter } from './helm-index-cutter';
import { basicOf } from './tokens';
import type { HttpOptions, HttpStream, Transport } from './transport';
import type { RegistryAccess, RequestOptions } from './types';

/** As Flux's `--helm-index-max-size`. */
const MOST_BYTES = 50 * 2 ** 20;
const STATE = 'index.json';

/** What is known of the downloaded index. */
interface State {
  readonly url: string;
  readonly digest: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** The index of one HTTP repository in a folder: streamed there once, then asked for only where it changed. */
export class HelmIndexStore {
  private current: HelmIndex | undefined;
  private opening: Promise<HelmIndex | undefined> | undefined;
  private fetching: Promise<HelmIndex> | undefined;
  private state: State | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly url: string,
    private readonly access: RegistryAccess,
    private readonly folder: string,
  ) {}

  /** What was downloaded last, also by an earlier process; undefined where nothing was. */
  async stored(): Promise<HelmIndex | undefined> {
    if (this.current !== undefined) return this.current;
    this.opening ??= this.open();
    const opened = await this.opening;
    this.current ??= opened;
    return this.current;
  }

  /** The index as the repository has it now. Those who ask meanwhile get the same. */
  fetch({ signal, timeoutMs }: RequestOptions = {}): Promise<HelmIndex> {
    // It serves others too, so it does not end with the one who came first.
    this.fetching ??= this.revalidate({ timeoutMs }).finally(() => {
      this.fetching = undefined;
    });
    return abortable(this.fetching, signal);
  }

  private async open(): Promise<HelmIndex | undefined> {
    try {
      const state = JSON.parse(await readFile(join(this.folder, STATE), 'utf8')) as State;
      if (state.url !== this.url) return undefined;
      const index = await HelmIndex.open(this.file(state.digest), state.digest, this.url);
      this.state = state;
      return index;
    } catch {
      // Whatever is wrong with it, it is downloaded anew.
      return undefined;
    }
  }

  private async revalidate(options: RequestOptions): Promise<HelmIndex> {
    const known = await this.stored();
    // The folder may be emptied at any time.
    const isThere = known !== undefined && (await stat(this.file(known.digest)).catch(() => undefined))?.size === known.size;
    const stored = isThere ? known : undefined;
    const { etag, lastModified } = stored === undefined ? ({} as Partial<State>) : (this.state as State);
    const headers = {
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
    };
    const request: HttpOptions = { ...options, access: this.access, authorization: basicOf(this.access), headers, limit: MOST_BYTES };
    const answer = await this.transport.getStream(chartUrl(this.url, 'index.yaml'), { ...request, compressed: true });
    if (answer.status === 304 && stored !== undefined) {
      answer.body.destroy();
      return stored;
    }
    if (answer.status !== 200) {
      answer.body.destroy();
      throw refusal(answer, this.url, this.access);
    }
    return await this.download(answer, stored);
  }

  private async download(answer: HttpStream, stored: HelmIndex | undefined): Promise<HelmIndex> {
    await mkdir(this.folder, { recursive: true });
    const unfinished = join(this.folder, `.${randomUUID()}`);
    try {
      const { digest, size, cutter } = await this.write(answer, unfinished);
      const { etag, 'last-modified': lastModified } = answer.headers;
      if (stored?.digest === digest) await rm(unfinished, { force: true });
      else await rename(unfinished, this.file(digest));
      const index = stored?.digest === digest ? stored : await HelmIndex.of({ file: this.file(digest), digest, url: this.url, size }, cutter);
      await this.note({ url: this.url, digest, etag, lastModified }, stored);
      this.current = index;
      return index;
    } catch (error) {
      await rm(unfinished, { force: true });
      if (errors.RegistryAnswerTooLarge.is(error)) throw errors.ChartIndexTooLarge({ url: this.url, limit: `${MOST_BYTES / 2 ** 20} MiB` }, error);
      throw error;
    }
  }

  private async write(answer: HttpStream, file: string): Promise<{ digest: string; size: number; cutter: IndexCutter }> {
    const sha256 = createHash('sha256');
    const cutter = new IndexCutter();
    let size = 0;
    const handle = await open(file, 'w');
    try {
      for await (const chunk of answer.body) {
        const bytes = chunk as Buffer;
        size += bytes.length;
        sha256.update(bytes);
        cutter.write(bytes);
        await handle.write(bytes);
      }
    } finally {
      await handle.close();
    }
    return { digest: `sha256:${sha256.digest('hex')}`, size, cutter };
  }

  /** Files of earlier indexes go, but for the one somebody may be reading from. */
  private async note(state: State, before: HelmIndex | undefined): Promise<void> {
    this.state = state;
    await writeFile(join(this.folder, STATE), JSON.stringify(state));
    const kept = [state.digest, before?.digest].filter((digest) => digest !== undefined).map((digest) => this.file(digest));
    for (const name of await readdir(this.folder)) {
      const file = join(this.folder, name);
      if (name.startsWith('index-') && !kept.includes(file)) await rm(file, { force: true });
    }
  }

  private file(digest: string): string {
    return join(this.folder, `index-${digest.slice('sha256:'.length)}.yaml`);
  }
}
