import { createHash } from 'node:crypto';
import { until } from '../../demo/observe';
import { run } from '../../demo/run';
import { kinds } from '../../src/model/kinds';
import { parseLock } from '../../src/model/lock';
import type { KubeObject } from '../../src/model/object';
import { ExampleWorld, useExample } from '../support/example-world';
import { pushImage } from '../support/registry';

const EXAMPLE = { name: 'hello', cluster: 'gitlab', repository: 'hello', image: 'acme/hello' };
const hello = useExample(() => ExampleWorld.of(EXAMPLE));
const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment' };
const LOCK = 'locks/gitlab/hello/hello.yaml';
const OUTPUT = 'dist/gitlab/hello/hello/deployment.apps-hello.yaml';

/** What .gitlab-ci.yml leaves in the registry for a commit: one image by three names, looked at in between. */
async function pipeline(sha: string): Promise<void> {
  const image = { content: sha, created: new Date() };
  for (const tag of [`tmp-${sha}`, sha, 'main']) {
    await pushImage(hello().bed.registry, EXAMPLE.image, tag, image);
    await hello().scan();
  }
}

/** Waits until every Pod of the Deployment runs a tag. */
function rolledOut(tag: string): Promise<KubeObject> {
  return until(hello().client, DEPLOYMENT, { namespace: 'hello' }, `two Pods of ${tag}`, ([deployment]) => {
    if (deployment === undefined) return undefined;
    const { containers } = (deployment.spec as { template: { spec: { containers: { image: string }[] } } }).template.spec;
    const { observedGeneration, updatedReplicas, readyReplicas, replicas } = deployment.status as Readonly<Record<string, number>>;
    const isIt = containers[0].image === `${hello().imageRepository}:${tag}` && observedGeneration === deployment.metadata.generation;
    return isIt && updatedReplicas === 2 && readyReplicas === 2 && replicas === 2 ? deployment : undefined;
  });
}

test('each build of a pipeline is rolled out by the name that is its alone; the commits need no pipeline', async () => {
  const { bare, repository, client } = hello();
  const chosen: string[] = [];
  const ending = new AbortController();
  client.watch(
    kinds.ImagePolicy,
    {},
    (event) => {
      const tag = event.type === 'SYNCED' ? undefined : (event.object.status as { latestRef?: { tag: string } } | undefined)?.latestRef?.tag;
      if (tag !== undefined && tag !== chosen.at(-1)) chosen.push(tag);
    },
    ending.signal,
  );
  const before = await bare.head();
  const shas = ['first', 'second', 'third'].map((commit) => createHash('sha1').update(commit).digest('hex').slice(0, 8));
  await pushImage(hello().bed.registry, EXAMPLE.image, 'tmp-before');
  hello().startAgent();
  for (const sha of shas) {
    await pipeline(sha);
    await rolledOut(sha);
    expect(parseLock(await bare.file(LOCK)).entries.get('images/hello')!.ref).toMatchObject({ name: hello().imageRepository, tag: sha });
    expect(await bare.file(OUTPUT)).toContain(`image: "${hello().imageRepository}:${sha}" # {"$imagepolicy": "flux-system:gitlab-hello-hello"}`);
  }
  ending.abort();
  expect(chosen).toEqual(shas);
  const history = await bare.history(before);
  expect(history.map(({ files }) => files)).toEqual(shas.map(() => [OUTPUT, LOCK]));
  for (const { commit } of history) expect(await bare.message(commit)).toContain('[ci skip]');

  await repository.pull();
  await repository.synth('--check');
  expect(await run(['git', 'status', '--porcelain'], { cwd: repository.folder })).toBe('');
}, 300_000);
