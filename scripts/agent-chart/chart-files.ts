import { dump } from 'js-yaml';
import { agentCrds, annotated } from '../../src/install/crds';
import { packageVersion } from '../../src/install/image';
import { annotations } from '../../src/model/labels';
import type { Files } from '../generated-files';
import { rbacTemplate } from './rbac-template';
import { rightsTable } from './rights-table';
import { valuesSchema } from './values-schema';
import { GENERATED, valuesTable, valuesYaml } from './values-yaml';

const FOLDER = 'charts/fairlead-agent';

/** What of the agent's chart follows from src/install. Templates besides the rights are written by hand, and tested against it. */
export function agentChartFiles(): Files {
  return new Map([
    [`${FOLDER}/Chart.yaml`, chart()],
    [`${FOLDER}/README.md`, readme()],
    [`${FOLDER}/values.yaml`, valuesYaml()],
    [`${FOLDER}/values.schema.json`, `${JSON.stringify(valuesSchema(), null, 2)}\n`],
    [`${FOLDER}/templates/rbac.yaml`, rbacTemplate()],
    // Deleting a definition would delete every object of its kind.
    ...agentCrds().map(({ name, text }) => [`${FOLDER}/files/crds/${name}.yaml`, annotated(text, annotations.helmResourcePolicy, 'keep')] as const),
  ]);
}

function chart(): string {
  const version = packageVersion();
  return `# ${GENERATED}\n${dump({
    apiVersion: 'v2',
    name: 'fairlead-agent',
    description: 'Keeps a cluster equal to Git, with the kinds of Flux and Sealed Secrets',
    type: 'application',
    version,
    appVersion: version,
    kubeVersion: '>=1.30.0-0',
    keywords: ['gitops', 'flux', 'helm', 'sealed-secrets'],
  })}`;
}

function readme(): string {
  return `<!-- ${GENERATED} -->
# fairlead-agent

\`\`\`sh
helm install fairlead-agent charts/fairlead-agent --namespace flux-system --create-namespace \\
  --set git.url=git@github.com:acme/fleet --set git.branch=main --set git.path=dist/gke
\`\`\`

How to install, upgrade and remove it: docs/install.md.

## Values

${valuesTable()}
## Rights of its service account

\`namespace\` is the one it is installed in.

${rightsTable()}
Kubernetes adds \`fairlead-agent-view\` to its ClusterRoles \`view\`, \`edit\` and \`admin\`, and where \`applyAs\` is set \`fairlead-agent-edit\` to the latter two: docs/install.md.
`;
}
