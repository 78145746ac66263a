import { errors } from '../../../common/errors';
import type { RawKubeClient } from '../../../kube/client';
import type { ServiceAnswer, ServiceProxy } from '../../../kube/service-proxy';
import { isForbidden } from '../../../kube/status-error';
import { kinds } from '../../../model/kinds';
import { DEFAULT_AGENT_NAMESPACE } from '../../../model/labels';
import { apiVersionOf } from '../../../model/object';
import { parseCertificates, type SealingCertificate } from '../../../seal/certificate';
import { annotationsFor, type Scope } from '../../../seal/scope';
import { withCluster } from '../../cluster/with-cluster';
import type { ControllerOptions } from '../options';

/** Values with what they are bound to: all that a controller needs to open them. */
export interface SealedValues {
  readonly namespace: string;
  readonly name: string;
  readonly scope: Scope;
  readonly encryptedData: Readonly<Record<string, string>>;
}

/** Upstream's manifest, upstream's Helm chart, and the agent. */
const USUAL_SERVICES = [
  { namespace: 'kube-system', name: 'sealed-secrets-controller' },
  { namespace: 'kube-system', name: 'sealed-secrets' },
  { namespace: DEFAULT_AGENT_NAMESPACE, name: 'fairlead-agent' },
] as const;

/** The certificate that a cluster wants values sealed with now. */
export interface FetchedCertificate {
  /** The newest first; whatever else the controller gave after it. */
  readonly certificates: readonly [SealingCertificate, ...SealingCertificate[]];
  /** What gave it, for messages: `service kube-system/sealed-secrets-controller`. */
  readonly from: string;
}

/**
 * Asks the cluster for its certificate, as `kubeseal --fetch-cert` does.
 * @throws NoKubeconfig, ControllerNotFound, ServiceForbidden, ServiceUnreachable, ControllerRefused, CertificateInvalid
 */
export async function fetchCertificate(options: ControllerOptions = {}): Promise<FetchedCertificate> {
  return await withController(options, (controller) => controller.certificate());
}

/** Finds the controller, has it asked, and closes the connections. Throws `NoKubeconfig`, `ControllerNotFound`. */
export async function withController<T>(options: ControllerOptions, ask: (controller: SealingController) => Promise<T>): Promise<T> {
  return await withCluster(options, async (client) => ask(await SealingController.find(client, options)));
}

/** The controller that unseals in a cluster, ours or upstream's, behind the API server's service proxy. */
export class SealingController {
  /** `service kube-system/sealed-secrets-controller` */
  readonly title: string;

  private constructor(private readonly proxy: ServiceProxy) {
    this.title = `service ${proxy.service.namespace}/${proxy.service.name}`;
  }

  /**
   * Of several that there are, the first that answers: upstream's Service stays where its controller was scaled to 0.
   * @throws ControllerNotFound
   */
  static async find(client: RawKubeClient, { controllerNamespace, controllerName }: ControllerOptions): Promise<SealingController> {
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
    if (first !== undefined) return new SealingController(found.length === 1 ? first : ((await firstAlive(found)) ?? first));
    const tried = candidates.map(({ namespace, name }) => `${namespace}/${name}`).join(', ');
    throw errors.ControllerNotFound({ tried, refused: refused[0] ?? '' });
  }

  /** @throws ControllerRefused, CertificateInvalid */
  async certificate(): Promise<FetchedCertificate> {
    const answer = await this.proxy.get('/v1/cert.pem');
    if (answer.status !== 200) throw this.refused('/v1/cert.pem', answer);
    const certificates = parseCertificates(answer.text, this.title) as FetchedCertificate['certificates'];
    return { certificates, from: this.title };
  }

  /** Whether the cluster can open every one of these values. Throws `ControllerRefused`. */
  async opens(values: SealedValues): Promise<boolean> {
    const answer = await this.proxy.post('/v1/verify', manifestOf(values));
    if (answer.status === 200) return true;
    if (answer.status === 409) return false;
    throw this.refused('/v1/verify', answer);
  }

  /**
   * The values sealed anew for the newest key. Only values go there and only they are taken from the answer: upstream's controller would
   * render templates into it. Undefined where one of them cannot be opened.
   * @throws ControllerRefused
   */
  async rotate(values: SealedValues): Promise<ReadonlyMap<string, string> | undefined> {
    const answer = await this.proxy.post('/v1/rotate', manifestOf(values));
    if (answer.status !== 200 && !(await this.opens(values))) return undefined;
    const rotated = answer.status === 200 ? valuesIn(answer.text, Object.keys(values.encryptedData)) : undefined;
    if (rotated === undefined) throw this.refused('/v1/rotate', answer);
    const opens = await this.opens({ ...values, encryptedData: Object.fromEntries(rotated) });
    if (!opens) throw this.refused('/v1/rotate', { status: answer.status, text: 'with values that it cannot open itself' });
    return rotated;
  }

  private refused(path: string, { status, text }: ServiceAnswer): Error {
    const words = text.trim().split('\n').slice(0, 2).join('; ').slice(0, 400);
    return errors.ControllerRefused({ controller: this.title, path, status, answer: words === '' ? '' : `: ${words}` });
  }
}

function candidatesFor(namespace: string | undefined, name: string | undefined): readonly { readonly namespace: string; readonly name: string }[] {
  if (namespace === undefined && name === undefined) return USUAL_SERVICES;
  if (name !== undefined) return [{ namespace: namespace ?? 'kube-system', name }];
  return USUAL_SERVICES.map((usual) => ({ namespace: namespace!, name: usual.name }));
}

function manifestOf({ namespace, name, scope, encryptedData }: SealedValues): string {
  const annotations = annotationsFor(scope);
  return JSON.stringify({
    apiVersion: apiVersionOf(kinds.SealedSecret),
    kind: kinds.SealedSecret.kind,
    metadata: { name, namespace, annotations },
    spec: { encryptedData, template: { metadata: { name, namespace, annotations } } },
  });
}

/** Values of these keys as a SealedSecret in JSON has them; undefined where it lacks one. */
function valuesIn(json: string, keys: readonly string[]): ReadonlyMap<string, string> | undefined {
  const sealed = encryptedDataIn(json);
  const values = new Map<string, string>();
  for (const key of keys) {
    const value = sealed?.[key];
    if (typeof value !== 'string') return undefined;
    values.set(key, value);
  }
  return values;
}

function encryptedDataIn(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return (JSON.parse(json) as { spec?: { encryptedData?: Readonly<Record<string, unknown>> } }).spec?.encryptedData;
  } catch {
    return undefined;
  }
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
