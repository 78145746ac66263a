import type { KubeClient } from '../../../kube/types';
import { idOf, nameOf } from '../../../model/object';
import type { Runtime } from '../../runtime/types';
import { mayDo, serviceAccount } from '../access-review';
import { Recent } from '../recent';
import type { Deployment } from './deployment';

/** Rights that are granted a little after the Deployment was made count with its next change. */
const HOLDS_MS = 5_000;

/**
 * Tells Deployments that only look like upstream's controller. What unseals needs a service account that may make Secrets in every namespace, and
 * whoever has that could plant a key too, so need not label anything to harm us. Labels alone are for anybody to write.
 */
export class Impostors {
  private readonly rights = new Recent<boolean>(HOLDS_MS);
  /** Namespaces that were told of. */
  private readonly told = new Set<string>();

  constructor(
    private readonly client: Pick<KubeClient, 'create'>,
    private readonly log: Runtime['log'],
  ) {}

  /** Who cannot be asked about is none: of two controllers ours steps back. */
  async has(deployment: Deployment): Promise<boolean> {
    const { namespace = '' } = deployment.metadata;
    const account = deployment.spec.template?.spec?.serviceAccountName || 'default';
    const object = nameOf(idOf(deployment));
    try {
      const mayUnseal = await this.rights.get(`${namespace}:${account}`, () =>
        mayDo(this.client, serviceAccount(namespace, account), { verb: 'create', resource: 'secrets' }),
      );
      if (!mayUnseal && !this.told.has(namespace)) {
        this.told.add(namespace);
        const why = 'its service account may not create Secrets in every namespace';
        this.log.warn('a Deployment is labelled as a controller of SealedSecrets and is not taken for one', { object, account, why });
      }
      return !mayUnseal;
    } catch (error) {
      this.log.warn('a Deployment counts as another controller of SealedSecrets, since its rights cannot be asked for', { object, error });
      return false;
    }
  }
}
