import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { treeOf } from '../synth/apps';
import { compiledCli, compiledLibrary } from './compiled-cli';

const MODULES = join(__dirname, '..', '..', 'node_modules');

/** A user's repository with a program that writes one ConfigMap per name in `names`. */
export class Project {
  readonly root = mkdtempSync(join(tmpdir(), 'fairlead-project-'));
  readonly cli = compiledCli();

  constructor({ config = '' } = {}) {
    mkdirSync(join(this.root, 'node_modules'));
    for (const name of ['cdk8s', 'constructs']) this.link(name);
    this.write('.gitignore', 'node_modules\n');
    this.write('cdk8s.yaml', `language: typescript\napp: ${process.execPath} ${this.cli} synth main.ts\n${config}`);
    this.write('greeting.txt', 'hello');
    this.program(['a', 'b']);
    this.git('init', '-q');
  }

  /** `before` runs before anything of ours, `during` before the app is written. */
  program(names: readonly string[], { before = '', during = '' } = {}): void {
    const library = compiledLibrary();
    this.write(
      'main.ts',
      `${before}
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
const { setPlacement } = require('${library}/synth/placement');
const { synthesize } = require('${library}/synth/synthesize');
const { synthRoot } = require('${library}/synth/root');

const app: App = new App();
const chart = new Chart(app, 'dev', { namespace: 'dev' });
setPlacement(chart, { cluster: 'gke', layer: 'dev' });
const greeting: string = readFileSync(join(__dirname, 'greeting.txt'), 'utf8');
for (const name of ${JSON.stringify(names)}) {
  new ApiObject(chart, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { greeting, answer: 'yes' } });
}
${during}
synthesize(app, { root: synthRoot() });
`,
    );
  }

  /** Installs a package. */
  link(name: string): void {
    symlinkSync(join(MODULES, name), join(this.root, 'node_modules', name));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  fairlead(args: readonly string[] = ['synth'], cwd = this.root): SpawnSyncReturns<string> {
    return run(process.execPath, [this.cli, ...args], cwd);
  }

  cdk8s(args: readonly string[] = []): SpawnSyncReturns<string> {
    return run(process.execPath, [join(MODULES, 'cdk8s-cli', 'bin', 'cdk8s'), 'synth', '--check-upgrade=false', ...args], this.root);
  }

  git(...args: string[]): string {
    const { status, stdout, stderr } = run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], this.root);
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  commit(): void {
    this.git('add', '-A');
    this.git('commit', '-qm', 'state');
  }

  tree(): { [path: string]: string } {
    return treeOf(this.root);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false', CI: undefined, CDK8S_OUTDIR: undefined, FAIRLEAD_DEBUG: undefined };
  return spawnSync(command, args, { cwd, encoding: 'utf8', env });
}
