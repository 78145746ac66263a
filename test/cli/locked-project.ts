import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiledCli } from './compiled-cli';

const marker = (policy: string, part = '') => `# {"$imagepolicy": "flux-system:${policy}${part}"}`;

/** One environment as synth leaves it: a release whose image has tag, and a Deployment with the whole reference. */
export interface LockedEnvironment {
  readonly cluster?: string;
  readonly name: string;
  /** Of podinfo in the HelmRelease `podinfo`. */
  readonly tag?: string;
  /** Of hello in a plain Deployment. @default - there is none */
  readonly hello?: string;
}

/** A platform's repository with locks and output, in Git, with a remote that is followed. No program is in it. */
export class LockedProject {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'fairlead-locked-'));
  readonly root: string;
  readonly remote: string;
  private readonly folder: string;

  /**
   * @param prefix folder of cdk8s.yaml in the repository
   * @param url of a remote that clusters can read. @default a bare repository on disk
   */
  constructor(
    environments: readonly LockedEnvironment[],
    prefix = '',
    private readonly url?: string,
  ) {
    this.folder = join(this.scratch, 'clone');
    this.root = join(this.folder, prefix);
    mkdirSync(this.root, { recursive: true });
    this.write('cdk8s.yaml', 'language: typescript\napp: fairlead synth main.ts\n');
    this.remote = url ?? join(this.scratch, 'remote.git');
    if (url === undefined) this.run(this.scratch, ['init', '--quiet', '--bare', '--initial-branch=main', this.remote]);
    this.run(this.folder, ['init', '--quiet', '--initial-branch=main']);
    for (const [key, value] of Object.entries({ 'user.name': 'Alice', 'user.email': 'alice@example.com' })) this.git('config', key, value);
    this.git('remote', 'add', 'origin', this.remote);
    this.set(environments);
  }

  /** Writes locks and output of environments. */
  set(environments: readonly LockedEnvironment[]): void {
    for (const environment of environments) this.writeEnvironment(environment);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Commits all and pushes; gives the commit. */
  push(message = 'State'): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    this.git('push', '--quiet', 'origin', 'HEAD:main');
    return this.git('rev-parse', 'HEAD').trim();
  }

  git(...args: string[]): string {
    return this.run(this.root, args);
  }

  /** Another clone of the remote; its folder. */
  clone(name: string): string {
    const folder = join(this.scratch, name);
    this.run(this.scratch, ['clone', '--quiet', '--config', 'user.name=Bob', '--config', 'user.email=bob@example.com', this.remote, folder]);
    return folder;
  }

  /** A file as a branch of the remote has it. */
  atRemote(path: string, branch = 'main'): string {
    return this.run(this.remote, ['show', `${branch}:${path}`]);
  }

  remoteLog(branch = 'main'): string[] {
    return this.run(this.remote, ['log', '--format=%s', branch]).trim().split('\n');
  }

  remoteBranches(): string[] {
    return this.run(this.remote, ['for-each-ref', '--format=%(refname:short)', 'refs/heads']).trim().split('\n');
  }

  fairlead(args: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    const clean = { ...process.env, HOME: this.scratch, KUBECONFIG: '', CI: undefined, FAIRLEAD_DEBUG: undefined, ...env };
    return spawnSync(process.execPath, [compiledCli(), ...args], { cwd: this.root, encoding: 'utf8', env: clean });
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private writeEnvironment({ cluster = 'gke', name, tag, hello }: LockedEnvironment): void {
    const policy = (id: string) => `${cluster}-${name}-${id}`;
    const images = [
      ...(hello === undefined ? [] : [`  hello: "ghcr.io/acme/hello:${hello}" ${marker(policy('hello'))}\n`]),
      ...(tag === undefined ? [] : [`  podinfo: "docker.io/stefanprodan/podinfo:${tag}" ${marker(policy('podinfo'))}\n`]),
    ];
    this.write(`locks/${cluster}/${name}/${name}.yaml`, `apiVersion: fairlead.dev/v1\nkind: Lock\nimages:\n${images.join('')}`);
    if (tag !== undefined) this.write(`dist/${cluster}/${name}/${name}/helmrelease.yaml`, release(name, tag, marker(policy('podinfo'), ':tag')));
    if (hello !== undefined) this.write(`dist/${cluster}/${name}/${name}/deployment.yaml`, deployment(name, hello, marker(policy('hello'))));
    this.write(`dist/${cluster}/${name}/_cluster/namespace-${name}.yaml`, `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`);
    this.write(`dist/${cluster}/_sync/flux-system/gitrepository.yaml`, source(this.url ?? 'https://git.example/environments'));
    this.write(`dist/${cluster}/_sync/flux-system/kustomization-${name}.yaml`, kustomization(name, `./dist/${cluster}/${name}`));
    this.write(`dist/${cluster}/_sync/flux-system/kustomization-${cluster}.yaml`, kustomization(cluster, `./dist/${cluster}/_sync`));
  }

  private run(cwd: string, args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}

function source(url: string): string {
  return `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: environments
  namespace: flux-system
spec:
  interval: 1h
  ref:
    branch: main
  url: ${url}
`;
}

function kustomization(name: string, path: string): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  annotations:
    fairlead.dev/deletion-budget: "5"
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m
  path: ${path}
  prune: true
  sourceRef:
    kind: GitRepository
    name: environments
  wait: true
`;
}

function release(namespace: string, tag: string, comment: string): string {
  return `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: podinfo
  namespace: ${namespace}
spec:
  chart:
    spec:
      chart: charts/podinfo
      reconcileStrategy: Revision
      sourceRef:
        kind: GitRepository
        name: environments
        namespace: flux-system
  interval: 10m
  values:
    image:
      repository: docker.io/stefanprodan/podinfo
      tag: "${tag}" ${comment}
`;
}

function deployment(namespace: string, tag: string, comment: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
  namespace: ${namespace}
spec:
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
        - image: "ghcr.io/acme/hello:${tag}" ${comment}
          name: hello
`;
}
