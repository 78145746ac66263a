import { errors } from '../../common/errors';
import { normalPath } from '../../git/listing';
import { type BuiltKustomization, buildKustomization } from '../../render/kustomization-build';
import type { Engine } from '../../render/types';
import type { SourceContent, SourceRef, Sources } from '../source/types';
import type { KustomizationSpec } from './kustomization';

/** What a source's content at a path asks for. */
export interface Desired extends BuiltKustomization {
  readonly revision: string;
}

/** Builds Kustomizations from what sources hold. */
export class Builder {
  constructor(
    private readonly sources: Sources,
    private readonly engine: Engine,
  ) {}

  /** Throws what the source throws. */
  async build(source: SourceRef, spec: KustomizationSpec, variables: Readonly<Record<string, string>>): Promise<Desired> {
    const path = normalPath(spec.path ?? '');
    const content = await this.sources.content(source, path);
    const built = await buildKustomization(this.engine, { path, content, whole: () => this.whole(source, content) }, spec, variables);
    return { ...built, revision: content.revision };
  }

  /** All of the source, at the same revision. */
  private async whole(source: SourceRef, { revision }: SourceContent): Promise<SourceContent> {
    const whole = await this.sources.content(source, '.');
    // A new one came in between: it asks for a visit of its own.
    if (whole.revision !== revision) throw errors.SourceNotReady({ source: `${source.kind.toLowerCase()}/${source.name} -n ${source.namespace}` });
    return whole;
  }
}
