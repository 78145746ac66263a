import { errors } from '../../../common/errors';
import type { RawKubeClient } from '../../../kube/client';
import type { ServiceProxy } from '../../../kube/service-proxy';
import { isForbidden } from '../../../kube/status-error';
import { DEFAULT_AGENT_NAMESPACE } from '../../../model/labels';
import { withCluster } from '../../cluster/with-cluster';
import type { ControllerOptions } from '../options';
import { type FetchedCertificate, SealingController } from './sealing-controller';

/** Upstream's manifest, upstream's Helm chart, and the agent. */
const USUAL_SERVICES = [
  { namespace: 'kube-system', name: 'sealed-secrets-controller' },
  { namespace: 'kube-system', name: 'sealed-secrets' },
  { namespace: DEFAULT_AGENT_NAMESPACE, name: 'fairlead-agent' },
] as const;

/**
 * Asks the cluster for its certificate, as `kubeseal --fetch-cert` does.
 * @throws NoKubeconfig, ControllerNotFound, ServiceForbidden, ServiceUnreachable, ControllerRefused, CertificateInvalid
 */
export async function fetchCertificate(options: ControllerOptions = {}): Promise<FetchedCertificate> {
  return await withController(options, (controller) => controller.certificate());
}

/** Finds the controller, has it asked, and closes the connections. Throws `NoKubeconfig`, `ControllerNotFound`. */
export async function withController<T>(options: ControllerOptions, ask: (controller: SealingController) => Promise<T>): Promise<T> {
  return await withCluster(options, async (client) => ask(new SealingController(await findService(client, options))));
}

/**
 * Of several that there are, the first that answers: upstream's Service stays where its controller was scaled to 0.
 * @throws ControllerNotFound
 */
async function findService(client: RawKubeClient, { controllerNamespace, controllerName }: ControllerOptions): Promise<ServiceProxy> {
  const candidates = candidatesFor(controllerNamespace, controllerName);
  const found: ServiceProxy[] = [];
  const refused: string[] = [];
  for (const { namespace, name } of candidates) {
    try {
      const proxy = await client.service(namespace, name);
      if (proxy !== undefined) found.push(proxy);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      refused.push(`: ${error.answer}`);
    }
  }
  const [first] = found;
  if (first !== undefined) return found.length === 1 ? first : ((await firstAlive(found)) ?? first);
  const tried = candidates.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
  throw errors.ControllerNotFound({ tried, refused: refused[0] ?? '' });
}

function candidatesFor(namespace: string | undefined, name: string | undefined): readonly { readonly namespace: string; readonly name: string }[] {
  if (namespace === undefined && name === undefined) return USUAL_SERVICES;
  if (name !== undefined) return [{ namespace: namespace ?? 'kube-system', name }];
  return USUAL_SERVICES.map((usual) => ({ namespace: namespace!, name: usual.name }));
}

async function firstAlive(proxies: readonly ServiceProxy[]): Promise<ServiceProxy | undefined> {
  for (const proxy of proxies) {
    try {
      if ((await proxy.get('/healthz')).status === 200) return proxy;
    } catch (error) {
      if (!errors.ServiceUnreachable.is(error) && !errors.ServiceForbidden.is(error)) throw error;
    }
  }
  return undefined;
}
