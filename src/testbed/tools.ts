import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program of the test bed that is built from its Go module. */
export interface Tool {
  /** Go module that holds the program. */
  readonly module: string;
  readonly version: string;
  /** Folder of the module where it is our own. @default - the module proxy has it */
  readonly folder?: string;
  /** Package of its `main`. */
  readonly package: string;
  /** More linker flags, such as the version it reports. */
  readonly ldflags?: string;
  /**
   * Version its module's own staging modules are published under. Such a module names them by relative `replace`, which only holds inside its
   * own repository.
   */
  readonly stagingVersion?: string;
  /** Minutes it takes to build on two cores with nothing cached, for the progress line. */
  readonly minutes: number;
}

const KUBERNETES = 'v1.36.3';

function kubernetes(program: string, minutes: number): Tool {
  return {
    module: 'k8s.io/kubernetes',
    version: KUBERNETES,
    package: `k8s.io/kubernetes/cmd/${program}`,
    ldflags: `-X k8s.io/component-base/version.gitVersion=${KUBERNETES}`,
    stagingVersion: KUBERNETES.replace(/^v1\./, 'v0.'),
    minutes,
  };
}

/** A program of our own, whose version is the digest of its sources. */
function own(name: string, minutes: number): Tool {
  const folder = join(__dirname, '..', '..', 'testbed', name);
  return {
    module: `fairlead.dev/testbed/${name}`,
    get version() {
      const hash = createHash('sha256');
      for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(folder, file)));
      return hash.digest('hex').slice(0, 12);
    },
    package: `fairlead.dev/testbed/${name}`,
    folder,
    minutes,
  };
}

/** Everything the test bed can build. Versions are pinned here and nowhere else. */
export const TOOLS = {
  etcd: { module: 'go.etcd.io/etcd/server/v3', version: 'v3.6.14', package: 'go.etcd.io/etcd/server/v3', minutes: 1 },
  'kube-apiserver': kubernetes('kube-apiserver', 4),
  'kube-controller-manager': kubernetes('kube-controller-manager', 2),
  'kube-scheduler': kubernetes('kube-scheduler', 2),
  kubectl: kubernetes('kubectl', 1),
  kwok: { module: 'sigs.k8s.io/kwok', version: 'v0.8.0', package: 'sigs.k8s.io/kwok/cmd/kwok', minutes: 2 },
  helm: { module: 'helm.sh/helm/v4', version: 'v4.2.4', package: 'helm.sh/helm/v4/cmd/helm', minutes: 2 },
  registry: {
    module: 'github.com/google/go-containerregistry',
    version: 'v0.21.9',
    package: 'github.com/google/go-containerregistry/cmd/registry',
    minutes: 1,
  },
  crane: {
    module: 'github.com/google/go-containerregistry',
    version: 'v0.21.9',
    package: 'github.com/google/go-containerregistry/cmd/crane',
    minutes: 1,
  },
  kustomize: {
    module: 'sigs.k8s.io/kustomize/kustomize/v5',
    version: 'v5.8.1',
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    minutes: 1,
  },
  kubeconform: {
    module: 'github.com/yannh/kubeconform',
    version: 'v0.8.0',
    package: 'github.com/yannh/kubeconform/cmd/kubeconform',
    minutes: 1,
  },
  kubeseal: {
    module: 'github.com/bitnami-labs/sealed-secrets',
    version: 'v0.36.6',
    package: 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal',
    minutes: 1,
  },
  'sealed-secrets-controller': {
    module: 'github.com/bitnami-labs/sealed-secrets',
    version: 'v0.36.6',
    package: 'github.com/bitnami-labs/sealed-secrets/cmd/controller',
    minutes: 1,
  },
  'image-automation-controller': {
    module: 'github.com/fluxcd/image-automation-controller',
    version: 'v1.2.4',
    package: 'github.com/fluxcd/image-automation-controller',
    minutes: 3,
  },
  'ssh-server': own('ssh-server', 1),
} as const satisfies Readonly<Record<string, Tool>>;

export type ToolName = keyof typeof TOOLS;

/** The table's row for a name, without its literal types. */
export function toolOf(name: ToolName): Tool {
  return TOOLS[name];
}
