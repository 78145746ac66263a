import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import type { ImageRepository } from './types';

/** Whether policies of a namespace may read a repository, by its `spec.accessFrom`. Throws `ImageAccessDenied`. */
export async function requireAccess(repository: ImageRepository, namespace: string, client: Pick<KubeClient, 'get'>): Promise<void> {
  const { name, namespace: home = '' } = repository.metadata;
  if (namespace === home) return;
  const selectors = repository.spec.accessFrom?.namespaceSelectors;
  const refuse = (reason: string) => errors.ImageAccessDenied({ name, home, namespace, reason });
  if (repository.spec.accessFrom === undefined) throw refuse('it has no spec.accessFrom');
  const object = await client.get({ group: '', version: 'v1', kind: 'Namespace', namespace: '', name: namespace }, { as: 'metadata' });
  const labels = object?.metadata.labels ?? {};
  const matches = (wanted: Readonly<Record<string, string>> = {}) => Object.entries(wanted).every(([key, value]) => labels[key] === value);
  if (!selectors?.some(({ matchLabels }) => matches(matchLabels))) throw refuse('none of spec.accessFrom.namespaceSelectors has its labels');
}
