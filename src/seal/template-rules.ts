import { labels } from '../model/labels';
import type { SecretTemplate } from './sealed-secret';
import { KEY_PREFIX } from './sealing-key';

const SERVICE_ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';
const HELM_RELEASE = 'helm.sh/release.v1';

/**
 * Why no Secret is made of a template, to follow "it" in a sentence; undefined where one may be. Whoever may make SealedSecrets would get by it what
 * they may not have: a key of their own that the cluster opens values with, a token of any service account, or a release that whoever rolls back installs.
 */
export function templateRefusal(name: string, { metadata, type }: SecretTemplate = {}): string | undefined {
  if (metadata?.labels && Object.hasOwn(metadata.labels, labels.sealingKey)) return `has label ${labels.sealingKey}, which makes it a sealing key`;
  if (name === KEY_PREFIX) return `is called ${KEY_PREFIX}, which makes it a sealing key`;
  if (type === SERVICE_ACCOUNT_TOKEN) return `is of type ${SERVICE_ACCOUNT_TOKEN}, which has Kubernetes put a token into it`;
  if (type === HELM_RELEASE) return `is of type ${HELM_RELEASE}, which Helm takes for a release of its own`;
  return undefined;
}
