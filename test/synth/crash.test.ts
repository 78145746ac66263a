import { allOwned } from '../../src/synth/ownership';
import { readOwnership } from '../../src/synth/ownership-files';
import { planChanges } from '../../src/synth/plan';
import { renderApp } from '../../src/synth/render-app';
import { writeSteps } from '../../src/synth/write-steps';
import { appOf, configMap, type Layers, Repository } from './apps';

const before: Layers = { 'gke/dev': [configMap('kept'), configMap('changed', { v: '1' }), configMap('removed')], 'gke/gone': [configMap('a')] };
const during: Layers = { 'gke/dev': [configMap('kept'), configMap('changed', { v: '2' }), configMap('added')], 'gke/new': [configMap('a')] };
const after: Layers = { 'gke/dev': [configMap('kept'), configMap('changed', { v: '3' }), configMap('other')], 'gke/last': [configMap('a')] };

function stepsOf(repository: Repository, layers: Layers): (() => void)[] {
  const owned = readOwnership(repository.root);
  const wanted = renderApp(appOf(layers)).files.map((file) => ({ ...file, path: `dist/${file.path}` }));
  const tree = repository.tree();
  const plan = planChanges(wanted, {
    owned: allOwned(owned),
    ownedInGit: () => new Map(),
    read: (path) => tree[path],
    force: false,
  });
  return writeSteps(repository.root, plan, owned);
}

function inRepository<T>(run: (repository: Repository) => T): T {
  const repository = new Repository();
  try {
    return run(repository);
  } finally {
    repository.remove();
  }
}

const total = inRepository((repository) => {
  repository.synth(before);
  return stepsOf(repository, during).length;
});

test.each(Array.from({ length: total + 1 }, (_, done) => done))('killed after step %i, the next synth of something else goes on', (done) => {
  const clean = inRepository((repository) => {
    repository.synth(after);
    return repository.tree();
  });
  inRepository((repository) => {
    repository.synth(before);
    for (const step of stepsOf(repository, during).slice(0, done)) step();
    repository.synth(after);
    expect(repository.tree()).toEqual(clean);
  });
});
