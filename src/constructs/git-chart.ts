import { existsSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import type { Construct } from 'constructs';
import { errors } from '../common/errors';
import { kinds } from '../model/kinds';
import type { ChartBinding } from './chart-binding';
import { Cluster } from './cluster';
import type { GitRef } from './git-ref';
import type { Repository } from './repository';

/** Where in Git a chart is. */
export interface GitChartProps {
  /** Folder of the chart, from the root of the repository. */
  readonly path: string;

  /**
   * Repository it is in.
   * @default - the platform's, at the branch the cluster follows
   */
  readonly repository?: Repository;

  /**
   * What to take of the repository.
   * @default - its branch
   */
  readonly ref?: GitRef;
}

export function gitChart(props: GitChartProps): ChartBinding {
  const isOurs = props.repository === undefined && props.ref === undefined;
  return {
    bind: (release) => {
      const { _sync, agentNamespace } = Cluster.of(release);
      const sourceRef = { kind: kinds.GitRepository.kind, name: _sync.source(props.repository, props.ref), namespace: agentNamespace };
      return { spec: { chart: { spec: { chart: normalize(props.path), sourceRef, reconcileStrategy: 'Revision' } } } };
    },
    problems: (release) => (isOurs ? missingChart(release, normalize(props.path)) : []),
  };
}

export function localChart(path: string): ChartBinding {
  const fromRepository = (release: Construct) => posix.join(Cluster.of(release).platform.repository.directory, normalize(path));
  return {
    bind: (release) => gitChart({ path: fromRepository(release) }).bind(release),
    problems: (release) => missingChart(release, fromRepository(release)),
  };
}

/** Git will have what is on disk, so a chart that is not there is a mistake. */
function missingChart(release: Construct, path: string) {
  const { root, repository } = Cluster.of(release).platform;
  const top = resolve(
    root,
    ...repository.directory
      .split('/')
      .filter(Boolean)
      .map(() => '..'),
  );
  const folder = join(top, path);
  if (path.split('/')[0] !== '..' && existsSync(join(folder, 'Chart.yaml'))) return [];
  return [errors.ChartMissing({ folder: relative(root, folder) || '.' })];
}

function normalize(path: string): string {
  return posix.normalize(path).replace(/^(\.?\/)+|\/+$/g, '');
}
