// Builds the engine into engine/bin when its sources changed: for this machine, or for the platform that is named, `wasip1-wasm` or as in `linux-arm64`.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const engine = path.join(__dirname, '..', 'engine');
const [platform] = process.argv.slice(2);
const [GOOS, GOARCH] = platform?.split('-') ?? [];
const isModule = GOOS === 'wasip1';
const binary = path.join(engine, 'bin', platform === undefined ? '' : platform, fileName());
const stamp = `${binary}.stamp`;

function fileName() {
  if (isModule) return 'fairlead-engine.wasm';
  return (GOOS ?? process.platform).startsWith('win') ? 'fairlead-engine.exe' : 'fairlead-engine';
}

// Versions the hosted code reports about itself, to charts and in a label.
const VERSIONS = { 'helm.sh/helm/v4/internal/version.version': 'v4.2.4', 'sigs.k8s.io/kustomize/api/provenance.version': 'v5.8.1' };

function sources(folder = engine) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'bin' && entry.name !== 'testdata')
    .flatMap((entry) => (entry.isDirectory() ? sources(path.join(folder, entry.name)) : [path.join(folder, entry.name)]))
    .filter((file) => /(?<!_test)\.go$|go\.(mod|sum)$/.test(file))
    .sort();
}

function run(...args) {
  // Without the workspace's and the user's flags, so that a build is the same everywhere. Go fetches the toolchain go.mod asks for.
  return spawnSync('go', args, {
    cwd: engine,
    encoding: 'utf8',
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off', ...(platform && { GOOS, GOARCH }) },
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const version = run('version');
if (version.error) fail('cannot run go: install Go 1.26 or newer (https://go.dev/dl) and put it on PATH');
const hash = createHash('sha256').update(version.stdout).update(fs.readFileSync(__filename));
for (const file of sources()) hash.update(path.relative(engine, file)).update(fs.readFileSync(file));
const wanted = hash.digest('hex');
if (fs.existsSync(binary) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) process.exit(0);

const began = Date.now();
console.log(`engine: building${platform ? ` for ${platform}` : ''} (the first time it downloads its Go modules and takes a minute or two)`);
fs.mkdirSync(path.dirname(binary), { recursive: true });
const next = `${binary}.${process.pid}`;
const named = Object.entries(VERSIONS).map(([variable, value]) => `-X ${variable}=${value}`);
const mode = isModule ? ['-buildmode=c-shared'] : [];
const built = run('build', ...mode, '-trimpath', '-ldflags', ['-s -w', ...named].join(' '), '-o', next, '.');
if (built.status !== 0) {
  fs.rmSync(next, { force: true });
  fail(`engine: go build failed\n${built.stderr}`);
}
// Swapped whole: a running engine keeps its file, a parallel build does no harm.
fs.renameSync(next, binary);
fs.writeFileSync(stamp, wanted);
console.log(`engine: built in ${Math.round((Date.now() - began) / 1000)} s`);
