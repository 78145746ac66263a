import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTENTS, ENTRYPOINT, USER } from '../../scripts/image/contents';
import { productionPackages } from '../../scripts/image/production-packages';
import { parseLibraries } from '../../scripts/image/shared-libraries';
import { deployment } from '../../src/install/deployment';
import { settingsOf } from '../../src/install/settings';

const ROOT = join(__dirname, '../..');
const containerfile = readFileSync(join(ROOT, 'Containerfile'), 'utf8');

test('the Containerfile starts what tests start, as whom the Deployment says', () => {
  expect(containerfile).toContain(`ENTRYPOINT ${JSON.stringify(ENTRYPOINT).replaceAll(',', ', ')}`);
  expect(containerfile).toContain(`USER ${USER.uid}:${USER.uid}`);
  expect(deployment(settingsOf({})).spec).toMatchObject({ template: { spec: { securityContext: { runAsUser: USER.uid, runAsGroup: USER.uid } } } });
});

test('the image is what the list says and nothing besides: its last stage takes one folder', () => {
  const last = containerfile.slice(containerfile.lastIndexOf('\nFROM '));
  expect(last).toMatch(/^\nFROM scratch\n/);
  expect(last.match(/^(COPY|ADD|RUN) .*$/gm)).toEqual(['COPY --from=build /image /']);
});

test('dependencies of the package come with what they need themselves, and those left out bring nothing', () => {
  const packages = productionPackages(ROOT, CONTENTS.leftOut);
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const own = Object.keys(dependencies).filter((name) => !CONTENTS.leftOut.some((out) => out === name));
  expect(packages).toEqual(expect.arrayContaining(own.map((name) => join('node_modules', name))));
  expect(packages.filter((path) => /esbuild|cdk8s|constructs|typescript/.test(path))).toEqual([]);
  expect(packages).toContain(join('node_modules', 'argparse')); // of js-yaml
});

test('the agent loads nothing of what is left out, nor of what people write programs with', () => {
  const script = `require('./lib/agent/main'); require('./lib/cli/agent'); process.stdout.write(JSON.stringify(Object.keys(require.cache)))`;
  const loaded = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' })) as string[];
  const packages = productionPackages(ROOT, CONTENTS.leftOut).map((path) => join(ROOT, path, '/'));
  const foreign = loaded.filter((file) => file.includes('node_modules') && !packages.some((folder) => file.startsWith(folder)));
  expect(foreign).toEqual([]);
});

test.each([
  ['\tlinux-vdso.so.1 (0x00007ffd)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f2f)\n', ['/lib/x86_64-linux-gnu/libc.so.6']],
  ['\t/lib64/ld-linux-x86-64.so.2 (0x00007f30)\n', ['/lib64/ld-linux-x86-64.so.2']],
  ['\tstatically linked\n', []],
])('libraries are read from %j', (printed, expected) => expect(parseLibraries(printed)).toEqual(expected));

test('a library that is missing is said, not left out', () => {
  expect(() => parseLibraries('\tlibcurl-gnutls.so.4 => not found\n')).toThrow('libcurl-gnutls.so.4 is not there');
});
