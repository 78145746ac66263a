import { DEFAULT_AGENT_NAMESPACE } from '../../model/labels';
import { isMap } from '../manifest';
import { containersOf, podSpecOf } from '../references/pod-references';
import { Policy } from './policy';
import type { PolicyObject } from './policy-object';
import { Violation } from './violation';

/** Policies that many teams have. Each can be narrowed: `Policies.noHostPath().except(PolicyScope.namespaces('logging'), 'reads logs of nodes')`. */
// biome-ignore lint/complexity/noStaticOnlyClass: its factories are found by its name, as those of Policy's kin
export class Policies {
  /** Images have a tag that is not `latest`, or a digest: what runs is what was tried. */
  public static noLatestTag(): Policy {
    return perContainer('no-latest-tag', 'name a version, or a digest', ({ image }) => {
      if (typeof image !== 'string' || image.includes('@')) return undefined;
      const tag = /:([^/:]+)$/.exec(image)?.[1];
      if (tag === undefined) return Violation.at('image', `${image} has no tag`);
      return tag === 'latest' ? Violation.at('image', `${image} is another image tomorrow`) : undefined;
    });
  }

  /**
   * Containers ask for what they need, so that the scheduler knows where they fit.
   * @param resources @default cpu and memory
   */
  public static requestsSet(...resources: ('cpu' | 'memory' | 'ephemeral-storage')[]): Policy {
    const wanted = resources.length === 0 ? ['cpu', 'memory'] : resources;
    return perContainer('requests-set', 'say what it needs', (container) => {
      const { requests, limits } = isMap(container.resources) ? container.resources : {};
      // A limit is a request too where there is no other.
      const missing = wanted.filter((name) => ![requests, limits].some((one) => isMap(one) && one[name] !== undefined));
      return missing.length === 0 ? undefined : Violation.at('resources.requests', `has no ${missing.join(' and no ')}`);
    });
  }

  /**
   * Containers have limits.
   * @param resources @default memory
   */
  public static limitsSet(...resources: ('cpu' | 'memory' | 'ephemeral-storage')[]): Policy {
    const wanted = resources.length === 0 ? ['memory'] : resources;
    return perContainer('limits-set', 'say how much it may take', (container) => {
      const { limits } = isMap(container.resources) ? container.resources : {};
      const missing = wanted.filter((name) => !(isMap(limits) && limits[name] !== undefined));
      return missing.length === 0 ? undefined : Violation.at('resources.limits', `has no ${missing.join(' and no ')}`);
    });
  }

  /** No container is privileged, which is root on its node. */
  public static noPrivileged(): Policy {
    return perContainer('no-privileged', 'ask for the one capability that it needs', ({ securityContext }) =>
      isMap(securityContext) && securityContext.privileged === true ? Violation.at('securityContext.privileged', 'is root on its node') : undefined,
    );
  }

  /** Containers do not run as root: `runAsNonRoot`, or a user that is not 0. */
  public static nonRoot(): Policy {
    return new Policy({
      name: 'non-root',
      remedy: 'set runAsNonRoot: true',
      check: (object) => {
        const pod = podSpecOf(object)?.spec.securityContext;
        return containersOf(object).flatMap(({ container, field }) => {
          const own = { ...(isMap(pod) ? pod : {}), ...(isMap(container.securityContext) ? container.securityContext : {}) };
          const isSafe = own.runAsNonRoot === true || (typeof own.runAsUser === 'number' && own.runAsUser > 0);
          return isSafe ? [] : [Violation.at([...field, 'securityContext', 'runAsNonRoot'], 'is not set: it may run as root')];
        });
      },
    });
  }

  /** No Pod mounts a folder of its node. */
  public static noHostPath(): Policy {
    return new Policy({
      name: 'no-host-path',
      remedy: 'use a volume of another kind',
      check: (object) => {
        const pod = podSpecOf(object);
        const volumes: unknown[] = Array.isArray(pod?.spec.volumes) ? pod.spec.volumes : [];
        return volumes.flatMap((volume, index) =>
          pod && isMap(volume) && isMap(volume.hostPath)
            ? [Violation.at([...pod.field, 'volumes', index, 'hostPath'], 'is a folder of the node')]
            : [],
        );
      },
    });
  }

  /** No Pod shares the network, processes or IPC of its node. */
  public static noHostNamespaces(): Policy {
    return new Policy({
      name: 'no-host-namespaces',
      remedy: 'remove it',
      check: (object) => {
        const pod = podSpecOf(object);
        if (!pod) return undefined;
        return ['hostNetwork', 'hostPID', 'hostIPC']
          .filter((name) => pod.spec[name] === true)
          .map((name) => Violation.at([...pod.field, name], 'shares what is the node’s'));
      },
    });
  }

  /** Containers of what serves have a readiness probe, so that no request comes before they are ready. */
  public static probesSet(): Policy {
    return new Policy({
      name: 'probes-set',
      remedy: 'say how to see that it is ready',
      check: (object) => {
        if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind)) return undefined;
        return containersOf(object)
          .filter(({ container, isInit }) => !isInit && container.readinessProbe === undefined)
          .map(({ field }) => Violation.at([...field, 'readinessProbe'], 'is not set'));
      },
    });
  }

  /** Objects have these labels, whatever their values. */
  public static labelsSet(...labels: string[]): Policy {
    return new Policy({
      name: 'labels-set',
      remedy: 'set it',
      check: ({ metadata }) =>
        labels.filter((label) => metadata.labels?.[label] === undefined).map((label) => Violation.at(['metadata', 'labels', label], 'is missing')),
    });
  }

  /** Images come from these registries alone: `ghcr.io/acme`. */
  public static imagesFrom(...registries: string[]): Policy {
    return perContainer('images-from', `take it from ${registries.join(' or ')}`, ({ image }) => {
      if (typeof image !== 'string') return undefined;
      const isAllowed = registries.some((registry) => image === registry || image.startsWith(`${registry.replace(/\/$/, '')}/`));
      return isAllowed ? undefined : Violation.at('image', `${image} is from elsewhere`);
    });
  }

  /**
   * Nothing but what runs the cluster is in these namespaces: objects of Flux's kinds and of the agent itself may be there.
   * @param namespaces @default the agent's
   */
  public static nothingInNamespace(...namespaces: string[]): Policy {
    const kept = new Set(namespaces.length === 0 ? [DEFAULT_AGENT_NAMESPACE] : namespaces);
    return new Policy({
      name: 'nothing-in-namespace',
      remedy: 'put it into a namespace of its own',
      check: (object, { release }) => {
        const { namespace } = object.metadata;
        if (namespace === undefined || !kept.has(namespace) || isOfTheAgent(object, release)) return undefined;
        return Violation.at('metadata.namespace', `${namespace} is not for this`);
      },
    });
  }
}

function isOfTheAgent({ apiVersion, metadata }: PolicyObject, release: string | undefined): boolean {
  if (release !== undefined) return false;
  if (/(?:\.toolkit\.fluxcd\.io|(?:^|\.)fairlead\.dev|^bitnami\.com)\//.test(apiVersion)) return true;
  const { 'app.kubernetes.io/part-of': part, 'app.kubernetes.io/name': name } = metadata.labels ?? {};
  return part === 'flux' || part === 'fairlead' || name === 'fairlead-agent';
}

function perContainer(name: string, remedy: string, check: (container: Readonly<Record<string, unknown>>) => Violation | undefined): Policy {
  return new Policy({
    name,
    remedy,
    check: (object) =>
      containersOf(object).flatMap(({ container, field }) => {
        const found = check(container);
        return found === undefined ? [] : [Violation.at([...field, ...found.field], found.message)];
      }),
  });
}
