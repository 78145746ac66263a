import type { PolicyContext } from './policy';
import type { PolicyObject } from './policy-object';

/** Some objects of all. In names `*` stands for any characters. */
export class PolicyScope {
  /** Objects of clusters, by their names. */
  public static clusters(...names: string[]): PolicyScope {
    const matches = anyOf(names);
    return new PolicyScope((_, { cluster }) => matches(cluster));
  }

  /** Objects in namespaces, and the namespaces themselves. */
  public static namespaces(...names: string[]): PolicyScope {
    const matches = anyOf(names);
    return new PolicyScope(({ kind, metadata }) => matches((kind === 'Namespace' ? metadata.name : metadata.namespace) ?? ''));
  }

  /** Objects of kinds: `Deployment`. */
  public static kinds(...names: string[]): PolicyScope {
    const matches = anyOf(names);
    return new PolicyScope(({ kind }) => matches(kind));
  }

  /** Objects by name: `Deployment/dev/podinfo`, `Namespace/dev`. */
  public static objects(...names: string[]): PolicyScope {
    const matches = anyOf(names);
    return new PolicyScope(({ kind, metadata: { namespace, name } }) => matches([kind, ...(namespace ? [namespace] : []), name ?? ''].join('/')));
  }

  /** What releases are rendered to: `dev/podinfo`. */
  public static releases(...names: string[]): PolicyScope {
    const matches = anyOf(names);
    return new PolicyScope((_, { release }) => release !== undefined && matches(release));
  }

  private constructor(private readonly matches: (object: PolicyObject, context: PolicyContext) => boolean) {}

  /** Objects that are in this scope and in the other. */
  public and(other: PolicyScope): PolicyScope {
    return new PolicyScope((object, context) => this.matches(object, context) && other.matches(object, context));
  }

  /** @internal */
  _has(object: PolicyObject, context: PolicyContext): boolean {
    return this.matches(object, context);
  }
}

function anyOf(globs: readonly string[]): (text: string) => boolean {
  const patterns = globs.map(
    (glob) =>
      new RegExp(
        `^${glob
          .split('*')
          .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.*')}$`,
        's',
      ),
  );
  return (text) => patterns.some((pattern) => pattern.test(text));
}
