import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { errors } from '../common/errors';
import { labels } from '../model/labels';
import { setOwners } from '../synth/owners';
import { isDnsLabel } from './names';
import type { Team } from './team';
import { validate } from './validation';

/** What a namespace is made with. */
export interface NamespaceOptions {
  /**
   * Team it belongs to.
   * @default - nobody in particular
   */
  readonly owner?: Team;

  /**
   * Labels of the Namespace, such as those of Pod security admission.
   * @default - none besides the owner's
   */
  readonly labels?: { readonly [key: string]: string };

  /**
   * Annotations of the Namespace.
   * @default - none
   */
  readonly annotations?: { readonly [key: string]: string };
}

/** The Namespace a scope owns; `ApiObject.of(scope)` finds it. */
export function ownNamespace(scope: Construct, name: string, options: NamespaceOptions): ApiObject {
  if (options.owner) setOwners(scope, name, options.owner.owners);
  const owner: { [key: string]: string } = options.owner ? { [labels.owner]: options.owner.name } : {};
  return new ApiObject(scope, 'Resource', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...owner, ...options.labels }, annotations: options.annotations },
  });
}

export function validateNamespace(scope: Construct, name: string): void {
  validate(scope, () => (isDnsLabel(name) ? [] : [errors.NameInvalid({ what: 'namespace', name })]));
}
