import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compiledCli, compiledLibrary } from '../compiled-cli';

const ROOT = join(__dirname, '..', '..', '..');

/** A repository whose changes are looked at, with a program or with nothing but manifests. */
export class DiffProject {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'fairlead-diff-'));
  readonly top = join(this.scratch, 'clone');
  readonly root: string;

  /** @param folder of cdk8s.yaml in the repository @param like a repository that it is to be a copy of */
  constructor(
    private readonly folder = '',
    like?: DiffProject,
  ) {
    this.root = join(this.top, folder);
    if (like !== undefined) {
      cpSync(like.top, this.top, { recursive: true, verbatimSymlinks: true });
      return;
    }
    mkdirSync(this.root, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Alice');
    this.git('config', 'user.email', 'alice@example.com');
  }

  /** Another one that is the same. */
  copy(): DiffProject {
    return new DiffProject(this.folder, this);
  }

  /** A program with these statements; `gke` is the cluster. */
  program(statements: string, imports = ''): void {
    mkdirSync(join(this.root, 'node_modules'), { recursive: true });
    for (const [name, target] of Object.entries({
      fairlead: dirname(compiledLibrary()),
      cdk8s: join(ROOT, 'node_modules/cdk8s'),
      constructs: join(ROOT, 'node_modules/constructs'),
    })) {
      const link = join(this.root, 'node_modules', name);
      rmSync(link, { force: true });
      symlinkSync(target, link);
    }
    this.write('.gitignore', 'node_modules\n');
    this.write('cdk8s.yaml', 'language: typescript\napp: fairlead synth main.ts\noutput: dist\n');
    this.write(
      'main.ts',
      `import { ApiObject } from 'cdk8s';
import { ChartSource, Cluster, Environment, HelmRelease, Layer, Platform, Repository${imports} } from 'fairlead';

const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/environments', { branch: 'main' }) });
const gke = new Cluster(platform, 'gke', { kubernetesVersion: '1.36' });
${statements}
platform.synth();
`,
    );
  }

  /** Manifests as they are synced by Flux: one cluster, one Kustomization for each folder. */
  manifests(files: { readonly [path: string]: string | Buffer }, layers: readonly string[] = ['dev']): void {
    const repository = source('acme', 'main');
    this.write('clusters/gke/sync.yaml', [repository, ...layers.map((name) => kustomization(name, `./clusters/gke-layers/${name}`))].join('---\n'));
    for (const [path, text] of Object.entries(files)) this.write(`clusters/gke-layers/${path}`, text);
  }

  chart(): void {
    cpSync(join(ROOT, 'examples/podinfo/charts/podinfo'), join(this.root, 'charts/podinfo'), { recursive: true });
  }

  write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  edit(path: string, change: (text: string) => string): void {
    this.write(path, change(readFileSync(join(this.root, path), 'utf8')));
  }

  delete(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: this.top, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  }

  commit(): void {
    this.git('add', '-A');
    this.git('commit', '--quiet', '--message=state');
  }

  synth(): void {
    const { status, stderr } = this.fairlead(['synth']);
    if (status !== 0) throw new Error(stderr);
  }

  diff(...args: string[]) {
    return this.fairlead(['diff', '--offline', ...args]);
  }

  fairlead(args: readonly string[], cwd = this.root, variables: NodeJS.ProcessEnv = {}): { status: number | null; stdout: string; stderr: string } {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      XDG_CACHE_HOME: join(this.scratch, 'cache'),
      FAIRLEAD_ENGINE: join(ROOT, 'engine/bin/fairlead-engine'),
      ...variables,
    };
    for (const name of [
      'CI',
      'GITHUB_BASE_REF',
      'GITHUB_REF_NAME',
      'CI_COMMIT_BRANCH',
      'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
      'CDK8S_OUTDIR',
      'FAIRLEAD_DEBUG',
    ])
      if (!(name in variables)) delete env[name];
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiledCli(), ...args], { cwd, encoding: 'utf8', env });
    // A busy machine takes longer than progress keeps quiet.
    return { status, stdout, stderr: stderr.replace(/^comparing…\n/gm, '') };
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

export function configMapText(name: string, data: string, namespace = 'dev'): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n${data}\n`;
}

export function source(name: string, branch: string): string {
  return `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata:
  name: ${name}
  namespace: flux-system
spec:
  url: https://git.example.com/${name}
  ref:
    branch: ${branch}
`;
}

export function kustomization(name: string, path: string, repository = 'acme'): string {
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: flux-system
spec:
  interval: 10m
  path: ${path}
  prune: true
  sourceRef:
    kind: GitRepository
    name: ${repository}
`;
}
