import { errors } from '../../common/errors';
import type { KubeClient } from '../../kube/types';
import { kinds } from '../../model/kinds';
import { fieldManagers, labels } from '../../model/labels';
import { idOf, type KubeObject } from '../../model/object';
import type { LayerKustomization } from '../cluster/sync-objects';
import { suspend } from './suspend';

/** Fields of a Kustomization that make other objects of the files than stand in them. */
const SHAPING = ['targetNamespace', 'namePrefix', 'nameSuffix', 'patches', 'images', 'components', 'postBuild', 'kubeConfig'];

/** Plain objects of a layer, put back to earlier versions as the layer's Kustomization would apply them. */
export class WorkloadsNow {
  private constructor(
    private readonly client: KubeClient,
    readonly kustomization: LayerKustomization,
  ) {}

  /** @throws NowUnsupported where what is applied is not what the files say */
  static async of(client: KubeClient, { metadata, spec }: LayerKustomization): Promise<WorkloadsNow> {
    const { namespace = '', name } = metadata;
    const live = await client.get<LayerKustomization>({ ...kinds.Kustomization, namespace, name });
    const field = SHAPING.find((one) => (live?.spec ?? spec)[one] !== undefined);
    if (live === undefined || field !== undefined) {
      throw errors.NowUnsupported({
        object: `Kustomization ${namespace}/${name}`,
        field: live === undefined ? 'that it is missing' : `spec.${field}`,
      });
    }
    return new WorkloadsNow(client, live);
  }

  /** Suspends the Kustomization, then applies the objects in its name, so that it finds its own fields when it goes on. */
  async apply(objects: readonly KubeObject[]): Promise<void> {
    await suspend(this.client, this.kustomization);
    for (const object of objects) {
      await this.client.apply(idOf(object), JSON.stringify(this.owned(object)), { fieldManager: fieldManagers.kustomize });
    }
  }

  private owned(object: KubeObject): KubeObject {
    const { metadata, spec } = this.kustomization;
    const common = (spec.commonMetadata ?? {}) as { labels?: Record<string, string>; annotations?: Record<string, string> };
    const own = { [labels.kustomizeName]: metadata.name, [labels.kustomizeNamespace]: metadata.namespace ?? '' };
    return {
      ...object,
      metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, ...common.labels, ...own },
        ...(common.annotations === undefined ? {} : { annotations: { ...object.metadata.annotations, ...common.annotations } }),
      },
    };
  }
}
