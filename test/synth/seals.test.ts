import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Cluster, Environment, Platform, Repository, SealedSecret } from '../../src';
import type { SealingCertificate } from '../../src/seal/certificate';
import { editSealedFile } from '../../src/seal/sealed-file';
import { checkSynth } from '../../src/synth/check-synth';
import { sealsOnDisk } from '../../src/synth/seal-files';
import { openSeals } from '../../src/synth/seals';
import { synthesize } from '../../src/synth/synthesize';
import { newCertificate, sealed } from '../constructs/seals';
import { treeOf } from './apps';

const FILE = 'secrets/gke/dev/basic-auth.yaml';
const OBJECT = 'dist/gke/dev/dev/sealedsecret.bitnami.com-basic-auth.yaml';

let certificate: SealingCertificate;
beforeAll(async () => {
  certificate = await newCertificate();
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fairlead-seals-'));
  write('cdk8s.yaml', 'language: typescript\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function program(): Platform {
  const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/fleet.git'), root });
  new SealedSecret(new Environment(new Cluster(platform, 'gke', { kubernetesVersion: '1.36' }), 'dev'), 'basic-auth');
  return platform;
}

test('synth writes what the committed file holds, and below secrets nothing', () => {
  write(FILE, sealed(certificate));
  write('certs/gke.pem', certificate.pem);
  const before = treeOf(root);
  const { written, warnings } = synthesize(program(), { root });
  expect(written).toContain(OBJECT);
  expect(warnings).toEqual([]);
  const after = treeOf(root);
  expect(Object.keys(after).filter((path) => path.startsWith('secrets/'))).toEqual([FILE]);
  expect({ ...after, ...before }).toEqual(after);

  expect(synthesize(program(), { root })).toMatchObject({ written: [], removed: [] });
  expect(checkSynth(program(), { root }).checked).toBe(0);
});

test('what was sealed since is missed by a check', () => {
  const text = sealed(certificate);
  write(FILE, text);
  write('certs/gke.pem', certificate.pem);
  synthesize(program(), { root });
  write(FILE, editSealedFile(text, { remove: ['password'] }));
  expect(() => checkSynth(program(), { root })).toThrow(`FL2214 ${OBJECT} is not what the program gives`);
});

test('an app reads its files again when they are opened again', () => {
  const app = program();
  expect(() => synthesize(app, { root })).toThrow(`FL8201 ${FILE}`);
  write(FILE, sealed(certificate));
  openSeals(app, sealsOnDisk(root));
  synthesize(app, { root });
  expect(readFileSync(join(root, OBJECT), 'utf8')).toContain('kind: SealedSecret');
});

test('warnings fail a strict synth, and nothing is written', () => {
  write(FILE, sealed(certificate, { isRecorded: false }));
  write('secrets/gke/gone.json', '{}');
  write('certs/gke.pem', certificate.pem);
  const strict = () => synthesize(program(), { root, strict: true });
  expect(strict).toThrow('FL2101: synth found 2 problems');
  expect(strict).toThrow(`FL8212 ${FILE} does not record which key password, user`);
  expect(strict).toThrow('FL8211 secrets/gke/gone.json belongs to no SealedSecret');
  expect(Object.keys(treeOf(root)).filter((path) => path.startsWith('dist'))).toEqual([]);
  expect(synthesize(program(), { root }).warnings).toHaveLength(2);
});

test('sealed files of a cluster are found at any depth, and nothing else is', () => {
  for (const path of ['dev/a.yaml', 'dev/team/b.yml', 'c.json', 'README.md', 'dev/a.yaml.bak']) write(`secrets/gke/${path}`, '');
  write('secrets/eks/dev/x.yaml', '');
  expect(sealsOnDisk(root).list('gke')).toEqual(['secrets/gke/c.json', 'secrets/gke/dev/a.yaml', 'secrets/gke/dev/team/b.yml']);
  expect(sealsOnDisk(root).list('none')).toEqual([]);
  expect(sealsOnDisk(root).read('secrets/gke/none.yaml')).toBeUndefined();
});
