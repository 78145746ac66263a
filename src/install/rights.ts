import { SUSPENSIONS } from '../model/suspension';
import type { AgentSettings } from './settings';

/** A rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What a right is for. `agent`: what every agent does. */
export type Purpose = 'agent' | 'sync' | 'imageAutomation' | 'sealedSecrets' | 'takeOver' | 'notifications' | 'applyAs';

export interface Right {
  readonly purpose: Purpose;
  /** `cluster`: everywhere. `namespace`: in the agent's own. */
  readonly scope: 'cluster' | 'namespace';
  /** Which requests need it. */
  readonly why: string;
  readonly rule: PolicyRule;
}

const READ = ['get', 'list', 'watch'];

/**
 * All the agent asks the API server for in its own name. What it applies, heals and deletes for layers and releases is not here: that is done as their service
 * account, or with `cluster-admin` where none is configured.
 */
export const RIGHTS: readonly Right[] = [
  ...reconciled('agent', 'source.toolkit.fluxcd.io', ['gitrepositories', 'ocirepositories', 'helmrepositories', 'helmcharts']),
  ...reconciled('agent', 'kustomize.toolkit.fluxcd.io', ['kustomizations']),
  ...reconciled('agent', 'helm.toolkit.fluxcd.io', ['helmreleases']),
  cluster('agent', 'HelmCharts that Flux made of releases, which need none here', rule('source.toolkit.fluxcd.io', ['helmcharts'], ['delete'])),
  cluster('agent', 'credentials of sources, values and variables of releases and layers', rule('', ['secrets', 'configmaps'], READ)),
  cluster('agent', 'pull secrets of service accounts, and whether an account that layers name is there', rule('', ['serviceaccounts'], READ)),
  cluster('agent', 'UID of kube-system, and who may use an ImageRepository of another namespace', rule('', ['namespaces'], ['get'])),
  cluster('agent', 'what happened to an object, in its namespace', rule('', ['events'], ['create'])),
  ...leases('agent', ['source-controller', 'kustomize-controller', 'helm-controller']),
  inNamespace('agent', 'leases where there never was a Flux', rule('coordination.k8s.io', ['leases'], ['create'])),
  inNamespace('agent', 'suspensions that have ended', rule('', ['configmaps'], ['patch'], [SUSPENSIONS])),

  inNamespace('sync', 'the GitRepository to start from', rule('source.toolkit.fluxcd.io', ['gitrepositories'], ['create'])),
  inNamespace('sync', 'the root Kustomization', rule('kustomize.toolkit.fluxcd.io', ['kustomizations'], ['create'])),
  inNamespace('sync', 'the deploy key', rule('', ['secrets'], ['create'])),
  inNamespace('sync', 'which repository and folder the cluster follows', rule('', ['configmaps'], ['create'])),

  ...reconciled('imageAutomation', 'image.toolkit.fluxcd.io', ['imagerepositories', 'imagepolicies', 'imageupdateautomations']),
  ...leases('imageAutomation', ['image-reflector-controller', 'image-automation-controller']),

  ...reconciled('sealedSecrets', 'bitnami.com', ['sealedsecrets']),
  cluster('sealedSecrets', 'sealing keys, and the Secrets that are unsealed', rule('', ['secrets'], ['create', 'update', 'patch', 'delete'])),
  cluster('sealedSecrets', 'whether another controller of Sealed Secrets is at work', rule('apps', ['deployments'], ['list', 'watch'])),
  cluster('sealedSecrets', 'whether Pods of it are left', rule('', ['pods'], ['list'])),
  cluster('sealedSecrets', 'who asks to verify or rotate', rule('authentication.k8s.io', ['tokenreviews'], ['create'])),
  cluster('sealedSecrets', 'whether they may', rule('authorization.k8s.io', ['subjectaccessreviews'], ['create'])),
  cluster(
    'sealedSecrets',
    'addresses that requests of the service proxy come from',
    rule('discovery.k8s.io', ['endpointslices'], ['get'], ['kubernetes']),
  ),

  cluster('takeOver', 'scaling that controller to 0', rule('apps', ['deployments/scale'], ['patch'])),

  ...reconciled('notifications', 'notification.toolkit.fluxcd.io', ['alerts', 'providers', 'receivers']),
  ...leases('notifications', ['notification-controller']),

  cluster('applyAs', 'applying as the service accounts of layers and releases', rule('', ['serviceaccounts'], ['impersonate'])),
];

/** Whether an installation does what a right is for. */
export function isNeeded({ purpose }: Right, { features, sync, applyAs, takeOver }: AgentSettings): boolean {
  switch (purpose) {
    case 'agent':
      return true;
    case 'sync':
      return sync !== undefined;
    case 'takeOver':
      return features.sealedSecrets && takeOver;
    case 'applyAs':
      return applyAs !== undefined;
    default:
      return features[purpose];
  }
}

/** Kinds the agent reconciles: their finalizers, confirmations and status are its to write. */
function reconciled(purpose: Purpose, group: string, resources: readonly string[]): Right[] {
  return [
    cluster(purpose, 'what is to be reconciled, with finalizers', rule(group, resources, [...READ, 'patch'])),
    cluster(
      purpose,
      'what became of it',
      rule(
        group,
        resources.map((resource) => `${resource}/status`),
        ['patch'],
      ),
    ),
  ];
}

/** Leases of Flux's controllers, wherever they are: who holds them acts. */
function leases(purpose: Purpose, controllers: readonly string[]): Right[] {
  const names = controllers.map((controller) => `${controller}-leader-election`);
  return [cluster(purpose, 'the leases of the kinds it reconciles', rule('coordination.k8s.io', ['leases'], ['get', 'list', 'update'], names))];
}

function cluster(purpose: Purpose, why: string, policy: PolicyRule): Right {
  return { purpose, scope: 'cluster', why, rule: policy };
}

function inNamespace(purpose: Purpose, why: string, policy: PolicyRule): Right {
  return { purpose, scope: 'namespace', why, rule: policy };
}

function rule(group: string, resources: readonly string[], verbs: readonly string[], resourceNames?: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, ...(resourceNames && { resourceNames }), verbs };
}
