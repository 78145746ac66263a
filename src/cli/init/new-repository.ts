import type { Blanks } from './fill';
import type { NewFile } from './plan-init';
import { blanksOf, type InitSettings } from './settings';
import { templateFiles } from './templates';

/** Every file of a new repository, by path. Those that forges look for at the root of a repository are there. */
export function newRepository(settings: InitSettings): readonly NewFile[] {
  const blanks = blanksOf(settings, versions());
  const prefix = settings.directory === '' ? '' : `${settings.directory}/`;
  const files = new Map<string, string>();
  const add = (template: string, below: string) => {
    for (const [path, text] of templateFiles(template, blanks)) files.set(below + path, text);
  };
  add('common', prefix);
  add(settings.template, prefix);
  if (settings.forges.includes('github')) add('github', '');
  if (settings.forges.includes('gitlab')) {
    add('gitlab', prefix);
    if (prefix !== '') files.set('.gitlab-ci.yml', `include:\n  - local: ${prefix}.gitlab-ci.yml\n`);
  }
  return [...files].map(([path, text]) => ({ path, text })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface OwnPackage {
  readonly version: string;
  readonly peerDependencies: Blanks;
  readonly devDependencies: Blanks;
}

/** Versions that this package was made with. */
function versions(): Blanks {
  const { version, peerDependencies, devDependencies } = require('../../../package.json') as OwnPackage;
  return {
    FAIRLEAD_VERSION: `^${version}`,
    CDK8S_VERSION: peerDependencies.cdk8s,
    CONSTRUCTS_VERSION: peerDependencies.constructs,
    NODE_TYPES_VERSION: devDependencies['@types/node'],
    TSX_VERSION: devDependencies.tsx,
    TYPESCRIPT_VERSION: devDependencies.typescript,
  };
}
