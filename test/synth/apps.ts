import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { setPlacement } from '../../src/synth/placement';
import { synthesize } from '../../src/synth/synthesize';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Objects by `<cluster>/<layer>`. */
export type Layers = { readonly [layer: string]: readonly Manifest[] };

export function appOf(layers: Layers): App {
  const app = new App();
  for (const [path, objects] of Object.entries(layers)) {
    const [cluster, layer] = path.split('/');
    const chart = new Chart(app, path.replace('/', '-'));
    setPlacement(chart, { cluster, layer });
    for (const [index, object] of objects.entries()) new ApiObject(chart, `object-${index}`, object);
  }
  return app;
}

export function configMap(name: string, data: { readonly [key: string]: unknown } = { a: 'b' }, namespace = 'ns'): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

/** A folder with a cdk8s.yaml that is gone after the test. */
export class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'fairlead-synth-'));

  constructor() {
    this.write('cdk8s.yaml', 'language: typescript\n');
  }

  synth(layers: Layers, options: { readonly force?: boolean; readonly outdir?: string } = {}) {
    return synthesize(appOf(layers), { root: this.root, ...options });
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  makeFolder(path: string): void {
    mkdirSync(join(this.root, path), { recursive: true });
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** Every file by path, but for Git's own. */
  tree(): { [path: string]: string } {
    return treeOf(this.root);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function treeOf(root: string, folder = root): { [path: string]: string } {
  const tree: { [path: string]: string } = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name === '.git' || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) Object.assign(tree, treeOf(root, path));
    else tree[relative(root, path)] = readFileSync(path, 'utf8');
  }
  return tree;
}
