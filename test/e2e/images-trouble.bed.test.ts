import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { conditionOf, isReady } from '../../demo/observe';
import { run } from '../../demo/run';
import { kinds } from '../../src/model/kinds';
import { useExample } from '../support/example-world';
import { Podinfo } from '../support/podinfo';
import { chosenBy, PODINFO, PodinfoImages, policyOf } from '../support/podinfo-images';
import { deleteTag } from '../support/registry';
import { RegistryDoor } from '../support/registry-door';

let door: RegistryDoor;
const podinfo = useExample(async () => {
  door = await RegistryDoor.open();
  const world = await Podinfo.create({ imageRegistry: door.host });
  door.target = world.bed.registry;
  return world;
});
let images: PodinfoImages;
const TIMEOUT_MS = 300_000;
const AUTOMATION = 'gke-commit';

beforeAll(async () => {
  images = new PodinfoImages(podinfo());
  await images.start();
}, TIMEOUT_MS);
afterAll(() => door.shut());

/** The only ImageRepository, not Ready for a reason; gives its message. */
async function scanFailed(reason: string): Promise<string> {
  const [{ metadata }] = await podinfo().client.list(kinds.ImageRepository, { namespace: 'flux-system' });
  const failed = await podinfo().untilOf(kinds.ImageRepository, metadata.name, `not Ready: ${reason}`, (repository) => {
    const ready = conditionOf(repository, 'Ready');
    return ready?.status === 'False' && ready.reason === reason;
  });
  return conditionOf(failed, 'Ready')!.message;
}

/** Ready of the automation, as soon as it says something. */
async function automationSays(status: 'True' | 'False', words: RegExp): Promise<string> {
  const found = await podinfo().untilOf(kinds.ImageUpdateAutomation, AUTOMATION, `Ready=${status}, ${words}`, (automation) => {
    const ready = conditionOf(automation, 'Ready');
    return ready?.status === status && words.test(ready.message);
  });
  return conditionOf(found, 'Ready')!.message;
}

test(
  'a registry that is down, or lets nobody in, holds up nothing but new images, and is back by itself',
  async () => {
    const { repository, bare, bed } = podinfo();
    const before = await images.locked('dev');
    await door.shut();
    await podinfo().scan();
    expect(await scanFailed('ReadOperationFailed')).toContain(door.host);

    await repository.pull();
    await repository.edit('main.ts', (text) => text.replace(/(values: \{ replicaCount: )3( \})/, '$14$2'));
    const commit = await podinfo().publish('Four replicas in prod');
    await podinfo().converged(commit);
    const deployment = JSON.parse(await bed.kubectl(['get', 'deployment', 'podinfo-prod', '-n', 'prod', '-o', 'json']));
    expect(deployment.spec.replicas).toBe(4);
    expect(await bare.head()).toBe(commit);

    const first = await images.ciMock('-b', 'dev');
    expect(await images.chosen('dev', before)).toBeDefined();
    await door.open();
    await images.released('dev', first);

    door.refusal = (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    const second = await images.ciMock('-b', 'dev');
    await podinfo().scan();
    expect(await scanFailed('AuthenticationFailed')).toContain('FL1105');
    expect(await images.locked('dev')).toBe(first);
    door.refusal = undefined;
    await images.released('dev', second);
  },
  TIMEOUT_MS,
);

test(
  'a tag that is deleted gives way to the one before; where none is left everything stays as it is',
  async () => {
    const { bed, bare } = podinfo();
    const [before, stg, prod] = await Promise.all([images.locked('dev'), images.locked('stg'), images.locked('prod')]);
    const last = await images.ciMock('-b', 'dev');
    await podinfo().scan();
    await images.released('dev', last);
    await deleteTag(bed.registry, PODINFO, last);
    await podinfo().scan();
    await images.released('dev', before);
    expect(conditionOf(await images.chosen('dev', before), 'Ready')?.message).toContain(`:${last}, which is gone)`);

    const commit = await bare.head();
    const { tags } = (await (await fetch(`http://${bed.registry}/v2/${PODINFO}/tags/list`)).json()) as { tags: string[] };
    for (const tag of tags) await deleteTag(bed.registry, PODINFO, tag);
    await podinfo().scan();
    for (const environment of ['dev', 'stg', 'prod'] as const) {
      const policy = await podinfo().untilOf(kinds.ImagePolicy, policyOf(environment), 'without tags', (found) => !isReady(found));
      expect({ environment, tag: chosenBy(policy) }).toEqual({ environment, tag: { dev: before, stg, prod }[environment] });
      expect(conditionOf(policy, 'Ready')?.message).toContain('no tags');
    }
    const next = await images.ciMock('-b', 'dev');
    await podinfo().scan();
    await images.released('dev', next);
    expect((await bare.history(commit)).flatMap(({ files }) => files).filter((file) => !file.includes('/dev/'))).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  'a server that refuses the push is quoted, and the commit follows when it does so no longer',
  async () => {
    const { bare } = podinfo();
    const [commit, before] = [await bare.head(), await images.locked('dev')];
    await bare.refusePushes('echo "main is protected, ask the release team" >&2; exit 1');
    const tag = await images.ciMock('-b', 'dev');
    await podinfo().scan();
    expect(await automationSays('False', /main is protected, ask the release team/)).toMatch(/^FL1131: /);
    expect(await bare.head()).toBe(commit);
    expect(await images.released('dev', before)).toBeDefined();
    await bare.refusePushes(undefined);
    await images.released('dev', tag);
    await automationSays('True', /./);
    expect(await bare.history(commit)).toHaveLength(1);
  },
  TIMEOUT_MS,
);

test(
  'a branch that was pushed by force gets the newest images again, on its new head',
  async () => {
    const { repository, bare, client } = podinfo();
    const tag = await images.ciMock('-b', 'dev');
    await podinfo().scan();
    await images.released('dev', tag);
    await repository.pull();
    const inCopy = (...args: string[]) =>
      run(['git', '-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: repository.folder });
    await inCopy('reset', '--quiet', '--hard', 'HEAD~2');
    expect(await images.locked('dev', await inCopy('rev-parse', 'HEAD').then((id) => id.trim()))).not.toBe(tag);
    await writeFile(join(repository.folder, 'NOTES.md'), 'Another history.\n');
    await inCopy('add', 'NOTES.md');
    await inCopy('commit', '--quiet', '--message', 'Another history');
    await inCopy('push', '--quiet', '--force', 'origin', 'main');
    const forced = await bare.head();
    await podinfo().announcePush();
    await images.untilLocked('dev', tag);
    const history = await bare.history(forced);
    expect(history.map(({ author, files }) => ({ author, isOfDev: files.every((file) => file.includes('/dev/')) }))).toEqual([
      { author: 'fairlead', isOfDev: true },
    ]);
    await podinfo().converged(await bare.head());
    expect((await client.list(kinds.HelmRelease, {})).length).toBe(3);
  },
  TIMEOUT_MS,
);

test(
  'a file with a syntax error leaves out the policy it names, wholly; the others go on, and it follows once the file is mended',
  async () => {
    const { repository, bare } = podinfo();
    await repository.pull();
    const broken = 'dist/gke/dev/dev/broken.yaml';
    await writeFile(join(repository.folder, broken), `image: "x:1" # {"$imagepolicy": "flux-system:${policyOf('dev')}"}\nmetadata: [\n`);
    const commit = await podinfo().pushAsIs('Somebody writes into dist');
    await podinfo().untilOf(kinds.Kustomization, 'dev', 'failed', (layer) => conditionOf(layer, 'Ready')?.status === 'False');
    const before = await images.locked('dev');
    const tag = await images.ciMock('-b', 'dev');
    await images.push('0.4.30');
    await podinfo().scan();
    await images.released('prod', '0.4.30');
    expect(await automationSays('False', /FL1165/)).toContain(broken);
    expect(await images.locked('dev')).toBe(before);
    const edited = (await bare.history(commit)).flatMap(({ files }) => files);
    expect(edited.filter((file) => file.includes('/dev/'))).toEqual([]);

    await repository.pull();
    await run(['git', 'rm', '--quiet', '--force', broken], { cwd: repository.folder });
    await podinfo().pushAsIs('It is gone again');
    await images.released('dev', tag);
    await automationSays('True', /./);
    await repository.pull();
    await repository.synth('--check');
  },
  TIMEOUT_MS,
);
