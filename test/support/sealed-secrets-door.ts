import { applyAll } from '../../demo/bootstrap';
import { until } from '../../demo/observe';
import type { RawKubeClient } from '../../src/kube/client';
import { ADDRESS_ANNOTATION } from '../../src/testbed/kwok-stages';
import { LocalAddress } from '../../src/testbed/local-address';
import { CONTROLLER_PORT } from './sealed-secrets-manifests';

const POD = { group: '', version: 'v1', kind: 'Pod' };
const ACCOUNT = { group: '', version: 'v1', kind: 'ServiceAccount' };
const SERVICE = { group: '', version: 'v1', kind: 'Service' };

/**
 * A Service whose Pod, on a fake node, has an address of this machine: whoever listens there is reached through the API server's service proxy, as if
 * it ran in the cluster. The proxy goes to Pods of the Service's own namespace alone.
 */
export class ServiceDoor {
  /** `namespace/name` of a Service. Its port is called `http`. */
  static async open(client: RawKubeClient, service: string): Promise<ServiceDoor> {
    const [namespace, name] = service.split('/') as [string, string];
    const address = await LocalAddress.claim();
    // A namespace that was just made has it a moment later, and no Pod before.
    await until(client, ACCOUNT, { namespace }, `the default account of ${namespace}`, (accounts) =>
      accounts.find(({ metadata }) => metadata.name === 'default'),
    );
    const labels = { app: name };
    const annotations = { [ADDRESS_ANNOTATION]: address.ip };
    const containers = [{ name, image: 'example.com/fairlead:1', ports: [{ name: 'http', containerPort: CONTROLLER_PORT }] }];
    await applyAll(client, [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, annotations }, spec: { containers } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { selector: labels, ports: [{ name: 'http', port: CONTROLLER_PORT, targetPort: CONTROLLER_PORT }] },
      },
    ]);
    return new ServiceDoor(client, namespace, name, address);
  }

  private constructor(
    private readonly client: RawKubeClient,
    readonly namespace: string,
    readonly name: string,
    private readonly address: LocalAddress,
  ) {}

  get ip(): string {
    return this.address.ip;
  }

  /** `host:port` to listen on. */
  get listen(): string {
    return `${this.ip}:${CONTROLLER_PORT}`;
  }

  /** How kubeseal and `fairlead seal` are told of it. */
  get options(): string[] {
    return [`--controller-namespace=${this.namespace}`, `--controller-name=${this.name}`];
  }

  async close(): Promise<void> {
    const { namespace, name } = this;
    await Promise.all([POD, SERVICE].map((kind) => this.client.delete({ ...kind, namespace, name })));
    await this.address.release();
  }
}
