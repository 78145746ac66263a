import { IMAGE_REPOSITORY } from '../../src/install/image';
import { USUAL_PORTS } from '../../src/install/network';
import { settingsOf } from '../../src/install/settings';

/** What a value of the chart may be, as JSON schema says it. */
export type Schema = { readonly [keyword: string]: unknown };

/** A value of the chart. */
export interface ChartValue {
  /** Such as `git.url`. */
  readonly path: string;
  readonly description: string;
  readonly default: unknown;
  readonly schema: Schema;
}

const { features, resources, priorityClassName, networkPolicy, serviceMonitor, replicas, takeOver } = settingsOf({});

const flag: Schema = { type: 'boolean' };
const text: Schema = { type: 'string' };
const name: Schema = { type: 'string', pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$' };
const strings: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const port: Schema = { type: 'integer', minimum: 1, maximum: 65535 };
const quantities: Schema = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

/** Every value there is, in the order of values.yaml. */
export const CHART_VALUES: readonly ChartValue[] = [
  {
    path: 'git.url',
    description:
      'Repository the cluster follows: https://, http://, ssh://, or git@host:path. Without one the agent reconciles what is in the cluster.',
    default: '',
    // No password: it would be readable for whoever reads Pods.
    schema: { type: 'string', pattern: '^$|^(https?|ssh)://([^:/@\\s]+@)?[^/@\\s]+/\\S+$|^([^@/:\\s]+@)?[^@/:\\s]+:/?[^/\\s]\\S*$' },
  },
  { path: 'git.branch', description: 'Branch of it.', default: 'main', schema: { type: 'string', minLength: 1 } },
  {
    path: 'git.path',
    description: 'Folder of the cluster in it, such as dist/gke; its _sync is found.',
    default: '',
    schema: { type: 'string', not: { pattern: '(^|/)\\.\\.(/|$)' } },
  },
  {
    path: 'git.existingSecret',
    description:
      'Secret with credentials: keys identity and known_hosts (as flux-git-deploy), or username and password, or bearerToken. For ssh the agent makes one where none is named.',
    default: '',
    schema: name,
  },
  { path: 'git.readOnly', description: 'Never push.', default: false, schema: flag },
  {
    path: 'git.knownHosts',
    description: 'Host keys of the Git server, as ssh-keyscan prints them. Those of the large forges are known.',
    default: '',
    schema: text,
  },
  { path: 'git.repositoryName', description: 'Of the GitRepository; by default the last part of the address.', default: '', schema: name },
  { path: 'git.kustomizationName', description: 'Of the root Kustomization; by default the last part of the path.', default: '', schema: name },
  { path: 'prune.enabled', description: 'Delete from the cluster what is deleted in Git.', default: true, schema: flag },
  { path: 'features.imageAutomation', description: 'Scan registries and commit new versions.', default: features.imageAutomation, schema: flag },
  {
    path: 'features.sealedSecrets',
    description: 'Unseal SealedSecrets. Without, their definition is left to whoever does.',
    default: features.sealedSecrets,
    schema: flag,
  },
  {
    path: 'features.notifications',
    description: 'Rights to Alerts, Providers and Receivers, for versions that reconcile them: this one does not.',
    default: features.notifications,
    schema: flag,
  },
  {
    path: 'sealedSecrets.takeOver',
    description: 'Scale a controller of Sealed Secrets that is at work to 0, and go on with its keys.',
    default: takeOver,
    schema: flag,
  },
  {
    path: 'applyAs',
    description:
      "Service account that layers and releases are applied as where they name none, in the namespace of each. Without one the agent's own is bound to cluster-admin.",
    default: '',
    schema: name,
  },
  {
    path: 'replicas',
    description: 'One acts; others stand by and take over within seconds.',
    default: replicas,
    schema: { type: 'integer', minimum: 1 },
  },
  { path: 'image.repository', description: 'Image of the agent.', default: IMAGE_REPOSITORY, schema: { type: 'string', minLength: 1 } },
  { path: 'image.tag', description: "By default the chart's appVersion.", default: '', schema: { type: 'string', pattern: '^[\\w.-]*$' } },
  { path: 'image.digest', description: 'Instead of a tag: sha256:…', default: '', schema: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' } },
  {
    path: 'image.pullPolicy',
    description: "By default Kubernetes' own.",
    default: '',
    schema: { enum: ['', 'Always', 'IfNotPresent', 'Never'] },
  },
  {
    path: 'imagePullSecrets',
    description: 'Secrets the image is pulled with.',
    default: [],
    schema: { type: 'array', items: { type: 'object', properties: { name: text }, required: ['name'], additionalProperties: false } },
  },
  {
    path: 'resources',
    description: 'What the agent asks for and may use.',
    default: resources,
    schema: { type: 'object', properties: { requests: quantities, limits: quantities, claims: { type: 'array' } }, additionalProperties: false },
  },
  { path: 'serviceAccount.create', description: 'Make the service account.', default: true, schema: flag },
  { path: 'serviceAccount.name', description: "By default the agent's name.", default: '', schema: name },
  { path: 'serviceAccount.annotations', description: 'Such as those that bind it to a role of the cloud.', default: {}, schema: strings },
  { path: 'rbac.create', description: 'Grant its rights to it: those that its features need.', default: true, schema: flag },
  {
    path: 'crds.install',
    description: 'Bring the CustomResourceDefinitions. They are upgraded with the chart, and stay when it goes.',
    default: true,
    schema: flag,
  },
  {
    path: 'serviceMonitor.enabled',
    description: 'Have Prometheus read its metrics, with prometheus-operator.',
    default: serviceMonitor,
    schema: flag,
  },
  {
    path: 'serviceMonitor.interval',
    description: 'How often; by default as Prometheus is set.',
    default: '',
    schema: { type: 'string', pattern: '^([0-9]+(ms|s|m|h))*$' },
  },
  { path: 'serviceMonitor.labels', description: 'Labels your Prometheus selects by.', default: {}, schema: strings },
  {
    path: 'networkPolicy.enabled',
    description: 'Restrict what the agent may be asked, and what it may reach.',
    default: networkPolicy,
    schema: flag,
  },
  {
    path: 'networkPolicy.egressPorts',
    description: `TCP ports it may reach besides ${USUAL_PORTS.join(', ')} and that of git.url.`,
    default: [],
    schema: { type: 'array', items: port },
  },
  { path: 'podDisruptionBudget.enabled', description: 'With more than one replica.', default: true, schema: flag },
  {
    path: 'priorityClassName',
    description: 'Names that begin with system- come with a ResourceQuota, without which some clusters refuse them. Empty for none.',
    default: priorityClassName,
    schema: name,
  },
  { path: 'nodeSelector', description: 'Besides Linux.', default: {}, schema: strings },
  { path: 'tolerations', description: 'Of taints.', default: [], schema: { type: 'array', items: { type: 'object' } } },
  { path: 'affinity', description: 'To nodes and Pods.', default: {}, schema: { type: 'object' } },
  { path: 'podAnnotations', description: 'Besides ours.', default: {}, schema: strings },
  { path: 'podLabels', description: 'Besides ours.', default: {}, schema: strings },
  {
    path: 'extraArgs',
    description: 'More options of fairlead agent, such as --log-level=debug.',
    default: [],
    schema: { type: 'array', items: { type: 'string', pattern: '^--[a-z]' } },
  },
  {
    path: 'fullnameOverride',
    description: 'Name of everything; kubeseal and the command line expect fairlead-agent.',
    default: '',
    schema: { ...name, maxLength: 50 },
  },
];
