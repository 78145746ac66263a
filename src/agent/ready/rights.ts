import type { PolicyRule, Right } from '../../install/rights';

/** One thing somebody may do, as the API server is asked about it. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `gitrepositories/status`. */
  readonly resource: string;
  readonly name?: string;
  readonly scope: Right['scope'];
  /** What it is needed for. */
  readonly why: string;
}

/** Every single action that rights consist of. */
export function actionsOf(rights: readonly Right[]): Action[] {
  return rights.flatMap(({ rule, scope, why }) =>
    rule.apiGroups.flatMap((group) =>
      rule.resources.flatMap((resource) =>
        rule.verbs.flatMap((verb) => (rule.resourceNames ?? [undefined]).map((name): Action => ({ verb, group, resource, name, scope, why }))),
      ),
    ),
  );
}

/** Whether one of these rules allows it. */
export function isAllowed(action: Action, rules: readonly PolicyRule[]): boolean {
  const has = (values: readonly string[], value: string) => values.includes('*') || values.includes(value);
  const [, subresource] = action.resource.split('/');
  return rules.some(
    ({ apiGroups, resources, verbs, resourceNames = [] }) =>
      has(verbs, action.verb) &&
      has(apiGroups, action.group) &&
      (has(resources, action.resource) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
      (resourceNames.length === 0 || (action.name !== undefined && resourceNames.includes(action.name))),
  );
}

/** Missing actions in words, those of one resource and reason together: `may not patch, watch gitrepositories.source.toolkit.fluxcd.io: …`. */
export function describeMissing(actions: readonly Action[], namespace: string): string[] {
  const verbs = new Map<string, Set<string>>();
  for (const { verb, group, resource, name, scope, why } of actions) {
    const [plural, subresource] = resource.split('/');
    const what = `${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}${name === undefined ? '' : ` ${name}`}`;
    const key = `${what}${scope === 'namespace' ? ` in namespace ${namespace}` : ''}, which it needs for: ${why}`;
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  return [...verbs].map(([what, of]) => `may not ${[...of].sort().join(', ')} ${what}`);
}
