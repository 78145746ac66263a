import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { KubeClient } from '../../../kube/types';
import type { KubeObject } from '../../../model/object';
import { Recent } from '../recent';

interface EndpointSlice extends KubeObject {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
}

/** The API servers keep this one themselves. Others of the same Service's label may be anybody's. */
const OF_API_SERVERS = { group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', namespace: 'default', name: 'kubernetes' };
const HOLDS_MS = 10_000;

/** Addresses that requests come from which the API server's service proxy has authorized. */
export class ProxyPeers {
  private readonly trusted: BlockList;
  private readonly apiServers = new Recent<BlockList>(HOLDS_MS, 1);

  /** @param networks CIDRs besides the API servers' own addresses */
  constructor(
    private readonly client: Pick<KubeClient, 'get'>,
    networks: readonly string[],
  ) {
    this.trusted = listOf(networks);
  }

  async has(address: string): Promise<boolean> {
    if (contains(this.trusted, address)) return true;
    return contains(await this.apiServers.get('', () => this.ask()), address);
  }

  private async ask(): Promise<BlockList> {
    const slice = await this.client.get<EndpointSlice>(OF_API_SERVERS);
    return listOf((slice?.endpoints ?? []).flatMap(({ addresses = [] }) => addresses));
  }
}

/** An IPv4 address as sockets that take both families write it. */
export function plainAddress(address: string): string {
  const mapped = address.toLowerCase().startsWith('::ffff:') ? address.slice('::ffff:'.length) : '';
  return isIPv4(mapped) ? mapped : address;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4');
  return isIPv6(address) && list.check(address, 'ipv6');
}
