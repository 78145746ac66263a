import { findTarget } from '../../../src/cli/live/find-target';
import { kindCalled } from '../../../src/cli/live/kind-names';
import { nameOf } from '../../../src/model/object';
import { MemoryClient } from '../../kube/memory-client';
import { layer, release, worldWith } from './live-objects';

/** Serves Services, which no world holds. */
class Served extends MemoryClient {
  override async kindCalled(word: string) {
    return word === 'svc' ? { group: '', version: 'v1', kind: 'Service' } : undefined;
  }
}

async function cluster(): Promise<MemoryClient> {
  const client = new Served();
  await client.create({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'dev', name: 'podinfo' } });
  return client;
}

const find = async (text: string, namespace?: string) => {
  const { kind, metadata } = await findTarget(await cluster(), text, worldWith(layer(), release()), namespace);
  return nameOf({ kind, namespace: metadata.namespace ?? '', name: metadata.name });
};

test.each([
  ['dev', 'Kustomization/flux-system/dev'],
  ['dev/podinfo', 'HelmRelease/dev/podinfo'],
  ['helmrelease.helm.toolkit.fluxcd.io/podinfo', 'HelmRelease/dev/podinfo'],
  ['svc/podinfo', 'Service/dev/podinfo'],
  ['svc/dev/podinfo', 'Service/dev/podinfo'],
])('%s is %s', async (text, expected) => expect(await find(text)).toBe(expected));

test.each(['svc/podinfo-x', 'widget/podinfo', 'dve', 'dev/podnfo'])('%s is told to be unknown', async (text) => {
  await expect(find(text)).rejects.toMatchObject({ code: 'FL7562' });
});

test.each([
  ['deployments.apps', 'Deployment'],
  ['deploy.v1.apps', 'Deployment'],
  ['ks.kustomize.toolkit.fluxcd.io', 'Kustomization'],
  ['deployments.extensions', undefined],
])('%s is the kind %s', (word, kind) => expect(kindCalled(word)?.kind).toBe(kind));
