import { basename, relative, sep } from 'node:path';
import { errors } from '../../common/errors';
import { publicUrl } from '../../git/url';
import type { Blanks } from './fill';
import type { GitFacts } from './git-facts';
import type { Template } from './templates';

export interface InitFlags {
  readonly template: Template;
  readonly directory?: string;
  readonly repository?: string;
  readonly branch?: string;
  readonly cluster?: readonly string[];
  readonly kubernetesVersion: string;
  readonly ci?: 'github' | 'gitlab' | 'both' | 'none';
  readonly install?: boolean;
  readonly codeowners?: boolean;
  readonly dryRun?: boolean;
}

/** All that decides on the files. */
export interface InitSettings {
  readonly template: Template;
  /** Root of the Git repository. */
  readonly root: string;
  /** Folder of the program from the root, with `/`; empty for the root. */
  readonly directory: string;
  readonly repository: string;
  readonly branch: string;
  readonly clusters: readonly string[];
  readonly kubernetesVersion: string;
  readonly forges: readonly ('github' | 'gitlab')[];
}

/** Asks a person; undefined where there is none to ask. */
export type Ask = ((question: string, proposal?: string) => Promise<string>) | undefined;

const CLUSTERS: Readonly<Record<Template, readonly string[]>> = {
  environments: ['my-cluster'],
  hello: ['my-cluster'],
  fleet: ['staging', 'production'],
};

/**
 * What flags say, else Git, else the user.
 * @param folder of the program, absolute
 * @throws RepositoryUnknown, ClustersMiscounted
 */
export async function settle(flags: InitFlags, folder: string, git: GitFacts, ask: Ask): Promise<InitSettings> {
  const root = git.root ?? folder;
  const repository = flags.repository ?? readable(git.origin) ?? (await ask?.('Address of the repository, as clusters read it'));
  if (repository === undefined || repository === '') throw errors.RepositoryUnknown();
  return {
    template: flags.template,
    root,
    directory: relative(root, folder).split(sep).join('/'),
    repository,
    branch: flags.branch ?? git.branch ?? 'main',
    clusters: await clustersOf(flags, ask),
    kubernetesVersion: flags.kubernetesVersion,
    forges: forgesOf(flags.ci, repository),
  };
}

/** Blanks of the templates. */
export function blanksOf(settings: InitSettings, versions: Blanks): Blanks {
  const { clusters, directory, root } = settings;
  return {
    ...versions,
    NAME: packageName(basename(directory === '' ? root : directory)),
    REPOSITORY: settings.repository,
    BRANCH: settings.branch,
    DIRECTORY: directory,
    WORKFLOW: ['fairlead', ...directory.split('/').filter(Boolean)].join('-').replace(/[^\w-]/g, '-'),
    ORGANIZATION: organization(settings.repository),
    CLUSTERS: clusters.join(' and '),
    CLUSTER: clusters[0],
    ...Object.fromEntries(clusters.map((name, index) => [`CLUSTER_${index + 1}`, name])),
    KUBERNETES_VERSION: settings.kubernetesVersion,
  };
}

async function clustersOf({ template, cluster }: InitFlags, ask: Ask): Promise<readonly string[]> {
  const proposed = CLUSTERS[template];
  if (cluster === undefined) return proposed.length === 1 && ask ? [await ask('Name of the cluster', proposed[0])] : proposed;
  if (cluster.length !== proposed.length) throw errors.ClustersMiscounted({ template, count: proposed.length, given: cluster.length });
  return cluster;
}

/** Without credentials; undefined for what no cluster reads, such as a folder of this machine. */
function readable(origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (/^(https?|ssh):\/\//.test(origin)) return publicUrl(origin);
  return /^[^/\s]+:(?!\/\/)\S+$/.test(origin) ? origin : undefined;
}

function forgesOf(ci: InitFlags['ci'], repository: string): InitSettings['forges'] {
  if (ci === 'none') return [];
  if (ci === 'github' || ci === 'gitlab') return [ci];
  const host = /^(?:\w+:\/\/)?(?:[^@/]+@)?([^:/]+)/.exec(repository)?.[1] ?? '';
  const known = (['github', 'gitlab'] as const).filter((forge) => host.includes(forge));
  return ci === undefined && known.length === 1 ? known : ['github', 'gitlab'];
}

/** Whose groups review: the first folder of the address. */
function organization(repository: string): string {
  return /^(?:\w+:\/\/)?[^/:]+(?::\d+)?[/:]\/*([\w.-]+)\/[^/]/.exec(repository)?.[1] ?? 'acme';
}

/** As npm allows it. */
function packageName(folder: string): string {
  return (
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '') || 'platform'
  );
}
