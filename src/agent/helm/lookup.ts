import { isNotFound } from '../../kube/status-error';
import type { KubeClient } from '../../kube/types';
import { splitApiVersion } from '../../model/object';
import type { Lookup } from '../../render/types';

/** Answers a chart's `lookup` as Helm does: an object, a list where no name is given, and nothing for what is not there. */
export function lookupIn(client: KubeClient): Lookup {
  return async (apiVersion, kind, namespace, name) => {
    const gvk = { ...splitApiVersion(apiVersion), kind };
    try {
      if (name !== '') return await client.get({ ...gvk, namespace, name });
      if ((await client.resource(gvk)) === undefined) return undefined;
      const items = await client.list(gvk, namespace === '' ? {} : { namespace });
      return { apiVersion, kind: `${kind}List`, metadata: {}, items };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
}
