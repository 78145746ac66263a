import { Duration } from 'cdk8s';
import { kinds } from '../model/kinds';
import { annotations, labels } from '../model/labels';
import { LOCK_FOLDER } from '../model/lock';
import type { Automation } from './automation';
import type { Cluster } from './cluster';
import { commitMessage, skippingCi } from './commit-message';
import { durationText } from './duration-text';
import { gitPath, outputPath } from './git-path';
import type { Json } from './maps';

const INTERVAL = Duration.minutes(10);
const AUTHOR = { name: 'fairlead', email: 'fairlead@localhost' };

/** The ImageUpdateAutomation of a cluster that does what an `Automation` says. */
export function updateAutomationSpec(cluster: Cluster, name: string, automation: Automation): { readonly metadata: Json; readonly spec: Json } {
  const { branch, author, message, messageValues, skipCi, signing, pushOptions, path, interval } = automation._options;
  const checkout = cluster._sync.branch;
  const push = branch ?? (automation._mode === 'pull-request' ? `fairlead/${name}` : checkout);
  const folders = path === undefined ? [outputPath(cluster), gitPath(cluster, LOCK_FOLDER, cluster.node.id)] : [path.replace(/^(\.?\/)+|\/+$/g, '')];
  const template = message ?? commitMessage(cluster.node.id);
  return {
    metadata: { annotations: { [annotations.updatePaths]: folders.join(',') } },
    spec: {
      interval: durationText(interval ?? INTERVAL),
      sourceRef: { kind: kinds.GitRepository.kind, name: cluster.platform.repository.name },
      git: {
        checkout: { ref: { branch: checkout } },
        commit: {
          author: { name: author?.name ?? AUTHOR.name, email: author?.email ?? AUTHOR.email },
          messageTemplate: skipCi ? skippingCi(template) : template,
          ...(messageValues && { messageTemplateValues: messageValues }),
          ...(signing && { signingKey: { type: signing.type, secretRef: { name: signing.secretName } } }),
        },
        push: { branch: push, ...(pushOptions && { options: pushOptions }) },
      },
      policySelector: { matchLabels: { [labels.automation]: name } },
      update: { strategy: 'Setters', path: `./${commonParent(folders)}` },
    },
  };
}

/** The deepest folder all are in; empty for the root. */
function commonParent(folders: readonly string[]): string {
  const [first, ...others] = folders.map((folder) => folder.split('/'));
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return first.slice(0, length < 0 ? first.length : length).join('/');
}
