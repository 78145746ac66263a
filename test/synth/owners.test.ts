import { Cluster, Environment, Layer, Platform, Repository, Team } from '../../src/index';
import { ownedNamespaces } from '../../src/synth/owners';

test('namespaces whose teams have owners are found, of environments and of layers, with their folders', () => {
  const platform = new Platform({ repository: Repository.git('https://git.example/acme/x'), root: __dirname });
  const gke = new Cluster(platform, 'gke', { kubernetesVersion: '1.36' });
  const eevee = new Team('eevee', { owners: ['@acme/eevee'] });
  const apps = new Layer(gke, 'apps');
  apps.namespaceScope('web', { owner: eevee });
  apps.namespaceScope('nobody');
  apps.namespaceScope('unnamed', { owner: new Team('unnamed') });
  new Environment(gke, 'dev', { owner: eevee, namespace: 'development' });
  expect(ownedNamespaces(platform)).toEqual([
    { cluster: 'gke', layer: 'apps', namespace: 'web', owners: ['@acme/eevee'] },
    { cluster: 'gke', layer: 'dev', namespace: 'development', owners: ['@acme/eevee'] },
  ]);
});
