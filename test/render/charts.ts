import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';

const ENGINE = path.resolve(__dirname, '../../engine');

/** Charts of all kinds, many of them broken, that Helm's own tests use: folders and packages. */
export function chartsOfHelm(): { readonly root: string; readonly charts: readonly string[] } {
  const root = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'helm.sh/helm/v4'], { cwd: ENGINE, encoding: 'utf8' }).trim();
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('testdata'));
  const folders = found.filter((name) => path.basename(name) === 'Chart.yaml').map((name) => path.dirname(name));
  const packages = found.filter((name) => name.endsWith('.tgz') && statSync(path.join(root, name)).isFile());
  return { root, charts: [...folders, ...packages].sort() };
}

/** Published charts, where somebody put them beside the repository. */
export function corpusCharts(): { readonly root: string; readonly charts: readonly string[] } {
  const root = process.env.FAIRLEAD_CORPUS ?? path.resolve(__dirname, '../../../shared/corpus/charts');
  return { root, charts: existsSync(root) ? readdirSync(root).filter((name) => name.endsWith('.tgz')) : [] };
}
