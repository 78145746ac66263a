import { type PolicyRule, type Purpose, RIGHTS } from '../../src/install/rights';

const WORDS: Readonly<Record<Purpose, string>> = {
  agent: 'always',
  sync: '`git.url`',
  imageAutomation: '`features.imageAutomation`',
  sealedSecrets: '`features.sealedSecrets`',
  takeOver: '`sealedSecrets.takeOver`',
  notifications: '`features.notifications`',
  applyAs: '`applyAs`',
};

/** What the agent may do in its own name, for people. */
export function rightsTable(): string {
  const rows = RIGHTS.map(
    ({ purpose, scope, why, rule }) => `| ${WORDS[purpose]} | ${scope} | ${rule.verbs.join(', ')} | ${objectsOf(rule)} | ${why} |`,
  );
  const apply = '| no `applyAs` | cluster | everything | `cluster-admin` | what is applied may be anything, where nobody said as whom |';
  return ['| with | in | verbs | objects | for |', '|---|---|---|---|---|', ...rows, apply, ''].join('\n');
}

function objectsOf({ apiGroups, resources, resourceNames }: PolicyRule): string {
  const [group] = apiGroups;
  const names = resources.map((resource) => `\`${group === '' ? resource : resource.replace(/(?=\/|$)/, `.${group}`)}\``).join(' ');
  return resourceNames === undefined ? names : `${names} called ${resourceNames.map((name) => `\`${name}\``).join(' ')}`;
}
