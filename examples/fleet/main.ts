import { ConfigMap, ServiceAccount } from 'cdk8s-plus-27';
import {
  Agent,
  ChartVersion,
  Cluster,
  Duration,
  flux,
  HelmRelease,
  HelmRepository,
  Layer,
  type LayerProps,
  Platform,
  Repository,
  SealedSecret,
  ValuesFrom,
} from 'fairlead';

// Copies of this repository may be elsewhere, and laptops may read charts from a mirror.
const { REPOSITORY_URL = 'git@github.com:acme/fleet', BITNAMI_MIRROR, SEALED_SECRETS_MIRROR } = process.env;

interface Eks {
  readonly account: string;
  readonly cluster: string;
  readonly domain: string;
  readonly imageAutomation?: boolean;
}

class EksCluster extends Cluster {
  constructor(
    platform: Platform,
    id: string,
    readonly eks: Eks,
  ) {
    super(platform, id, {
      kubernetesVersion: '1.36',
      imageAutomation: eks.imageAutomation ?? false,
      releaseDefaults: { interval: Duration.hours(1), install: { retries: 3 } },
    });
    new Agent(this, { readOnly: !eks.imageAutomation, sealedSecrets: false }); // upstream's controller unseals
  }

  /** Binds a service account to its IAM role. */
  irsa(role: string) {
    return {
      'eks.amazonaws.com/role-arn': `arn:aws:iam::${this.eks.account}:role/${this.eks.cluster}-${role}-role`,
      'eks.amazonaws.com/sts-regional-endpoints': 'true',
    };
  }
}

class Infrastructure extends Layer {
  constructor(
    readonly eksCluster: EksCluster,
    props: LayerProps = {},
  ) {
    super(eksCluster, 'infrastructure', props);
    const { eks } = eksCluster;
    const system = this.namespaceScope('kube-system', { create: false }); // never owned, never pruned
    const bitnami = new HelmRepository(system, 'bitnami', { url: 'https://charts.bitnami.com/bitnami', clientUrl: BITNAMI_MIRROR });
    const sealed = new HelmRepository(system, 'sealed-secrets', {
      url: 'https://bitnami-labs.github.io/sealed-secrets',
      clientUrl: SEALED_SECRETS_MIRROR,
    });

    new ServiceAccount(system, 'external-dns', { metadata: { annotations: eksCluster.irsa('external-dns') } });
    new HelmRelease(system, 'external-dns', {
      chart: bitnami.chart('external-dns', ChartVersion.locked('>=6.2.1 <7')),
      values: {
        provider: 'aws',
        aws: { zoneType: 'public' },
        policy: 'sync',
        txtOwnerId: eks.cluster,
        domainFilters: [eks.domain],
        serviceAccount: { create: false, name: 'external-dns' },
        podSecurityContext: { fsGroup: 65534, runAsUser: 0 },
      },
    });
    new HelmRelease(system, 'sealed-secrets', {
      chart: sealed.chart('sealed-secrets', ChartVersion.floating('>=1.15.0-0')),
      releaseName: 'sealed-secrets-controller',
    });

    const credentials = new SealedSecret(system, 'prestashop-mariadb', {
      keys: ['mariadb-root-password', 'mariadb-replication-password', 'mariadb-password'],
    });
    const values = new ConfigMap(system, 'prestashop-values');
    values.addData(
      'values.yaml',
      JSON.stringify({
        auth: { existingSecret: credentials.secretName },
        primary: { persistence: { enabled: false, storageClass: 'standard' } },
      }),
    );
    new HelmRelease(system, 'prestashop-mariadb', {
      releaseName: 'mariadb',
      chart: bitnami.chart('mariadb', ChartVersion.exact('10.4.0')),
      valuesFrom: [ValuesFrom.configMap(values)], // waits for the Secret by itself
    });
  }
}

/** What the teams bring: each from a repository of its own, an overlay per cluster. */
class Apps extends Layer {
  constructor(infrastructure: Infrastructure, overlay: string) {
    super(infrastructure.eksCluster, 'apps', { dependsOn: [infrastructure] });
    const appA = this.namespaceScope('app-a');
    new flux.GitRepository(appA, 'repository', {
      metadata: { name: 'app-a' },
      spec: { url: 'https://github.com/acme/app-a.git', ref: { branch: 'main' }, interval: '5m' },
    });
    new flux.Kustomization(appA, 'overlay', {
      metadata: { name: 'app-a' },
      spec: {
        sourceRef: { kind: flux.KustomizationSpecSourceRefKind.GIT_REPOSITORY, name: 'app-a' },
        path: `./overlays/${overlay}`,
        targetNamespace: 'app-a',
        interval: '5m',
        prune: true,
        wait: true,
      },
    });
  }
}

const platform = new Platform({ repository: Repository.git(REPOSITORY_URL, { branch: 'main' }) });

const fleet: { readonly [id: string]: { readonly eks: Eks; readonly overlay: string } } = {
  'cluster-dev': {
    overlay: 'development',
    eks: { account: '845861764576', cluster: 'gitops-cluster', domain: 'test.example.com', imageAutomation: true },
  },
  'cluster-staging': {
    overlay: 'staging',
    eks: { account: '111111111111', cluster: 'gitops-staging', domain: 'staging.example.com' },
  },
  'cluster-product': {
    overlay: 'product',
    eks: { account: '222222222222', cluster: 'gitops-product', domain: 'example.com' },
  },
};
for (const [id, { eks, overlay }] of Object.entries(fleet)) new Apps(new Infrastructure(new EksCluster(platform, id, eks)), overlay);

platform.synth();
