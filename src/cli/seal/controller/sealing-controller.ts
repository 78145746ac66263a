import { errors } from '../../../common/errors';
import type { ServiceAnswer, ServiceProxy } from '../../../kube/service-proxy';
import { kinds } from '../../../model/kinds';
import { apiVersionOf } from '../../../model/object';
import { parseCertificates, type SealingCertificate } from '../../../seal/certificate';
import { annotationsFor } from '../../../seal/scope';
import type { Bound } from '../bound';

/** Values with what they are bound to: all that a controller needs to open them. */
export interface BoundValues extends Bound {
  readonly encryptedData: Readonly<Record<string, string>>;
}

/** The certificate that a cluster wants values sealed with now. */
export interface FetchedCertificate {
  /** The newest first; whatever else the controller gave after it. */
  readonly certificates: readonly [SealingCertificate, ...SealingCertificate[]];
  /** What gave it, for messages: `service kube-system/sealed-secrets-controller`. */
  readonly from: string;
}

/** The controller that unseals in a cluster, ours or upstream's, behind the API server's service proxy. */
export class SealingController {
  /** `service kube-system/sealed-secrets-controller` */
  readonly title: string;

  constructor(private readonly proxy: ServiceProxy) {
    this.title = `service ${proxy.service.namespace}/${proxy.service.name}`;
  }

  /** @throws ControllerRefused, CertificateInvalid */
  async certificate(): Promise<FetchedCertificate> {
    const answer = await this.proxy.get('/v1/cert.pem');
    if (answer.status !== 200) throw this.refused('/v1/cert.pem', answer);
    const certificates = parseCertificates(answer.text, this.title) as FetchedCertificate['certificates'];
    return { certificates, from: this.title };
  }

  /** Whether the cluster can open every one of these values. Throws `ControllerRefused`. */
  async opens(values: BoundValues): Promise<boolean> {
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
  async rotate(values: BoundValues): Promise<ReadonlyMap<string, string> | undefined> {
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

function manifestOf({ namespace, name, scope, encryptedData }: BoundValues): string {
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
