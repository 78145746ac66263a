import { Redactor } from '../../../common/redactor';
import type { KubeObject } from '../../../model/object';

/** Shorter values appear by chance. */
const SHORTEST = 6;

/**
 * What Secrets of a comparison hold, so that it is not shown where else it stands: in values of a release, in a ConfigMap.
 * A value that is the name or label of something is none, such as the user name `podinfo` beside a Deployment of that name.
 */
export class SecretWords {
  private readonly redactor = new Redactor();
  /** Values that are words: to look for them inside of texts would make these unreadable. */
  private readonly whole = new Set<string>();

  constructor(objects: Iterable<KubeObject>) {
    const names = new Set<string>();
    const values = new Set<string>();
    for (const object of objects) {
      for (const name of namesIn(object)) names.add(name);
      for (const value of valuesIn(object)) values.add(value);
    }
    for (const value of values) {
      if (value.trim().length < SHORTEST || names.has(value)) continue;
      this.whole.add(value);
      if (!/^[a-z.-]+$/i.test(value)) this.redactor.add(value);
    }
  }

  mask(text: string): string {
    return this.whole.has(text) ? '***' : this.redactor.redact(text);
  }
}

function namesIn({ metadata }: KubeObject): string[] {
  return [metadata?.name, metadata?.namespace ?? '', ...Object.values(metadata?.labels ?? {})];
}

function valuesIn(object: KubeObject): string[] {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return [];
  const data = Object.values((object.data ?? {}) as object).map((value) => Buffer.from(String(value), 'base64').toString());
  return [...data, ...Object.values((object.stringData ?? {}) as object).map(String)];
}
