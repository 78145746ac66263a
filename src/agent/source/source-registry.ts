import { errors } from '../../common/errors';
import type { SourceContent, SourceRef, Sources } from './types';

/** Every kind of source behind one face. */
export class SourceRegistry implements Sources {
  private readonly kinds = new Map<string, Sources>();

  register(kind: string, sources: Sources): void {
    this.kinds.set(kind, sources);
  }

  /** Undefined also for a kind nobody registered. */
  revision(ref: SourceRef): string | undefined {
    return this.kinds.get(ref.kind)?.revision(ref);
  }

  async content(ref: SourceRef, path: string): Promise<SourceContent> {
    return this.of(ref).content(ref, path);
  }

  async digest(ref: SourceRef, path: string): Promise<string | undefined> {
    return this.of(ref).digest(ref, path);
  }

  async descends(ref: SourceRef, earlier: string, later: string): Promise<boolean> {
    return this.of(ref).descends(ref, earlier, later);
  }

  private of({ kind }: SourceRef): Sources {
    const sources = this.kinds.get(kind);
    if (sources === undefined) throw errors.SourceKindUnknown({ kind });
    return sources;
  }
}
