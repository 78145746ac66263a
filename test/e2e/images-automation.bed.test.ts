import { conditionOf, until } from '../../demo/observe';
import { run } from '../../demo/run';
import { kinds } from '../../src/model/kinds';
import { usePodinfo } from '../support/podinfo';
import { lockOf, PodinfoImages } from '../support/podinfo-images';
import { pushImage } from '../support/registry';

const podinfo = usePodinfo();
let images: PodinfoImages;
const TIMEOUT_MS = 300_000;
const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };

/** Beside the example's environments: one whose text has a version in its middle. */
const NOTES = `const notes = new Environment(gke, 'notes');
const site = new ImagePolicy(notes, 'site', {
  repository: IMAGE_REPOSITORY.replace('podinfo', 'site'),
  select: ImageSelection.semver('1.x'),
  initial: '1.0.0',
});
const url = 'https://docs.example.com/' + site.tag + '/';
new ApiObject(notes, 'links', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'links' }, data: { url } });
`;
const NOTES_LOCK = 'locks/gke/notes/notes.yaml';

beforeAll(async () => {
  await podinfo().repository.edit('main.ts', (text) =>
    text
      .replace(/import \{\s*ChartSource/, "import { ApiObject } from 'cdk8s';\nimport { Automation, ChartSource")
      .replace(
        'super(cluster, id);',
        "super(cluster, id, { automation: id === 'dev' ? Automation.OFF : id === 'stg' ? Automation.pullRequest() : undefined });",
      )
      .replace('platform.synth();', `${NOTES}platform.synth();`),
  );
  for (const tag of ['1.0.0', '1.1.0']) await pushImage(podinfo().bed.registry, 'stefanprodan/site', tag);
  images = new PodinfoImages(podinfo());
  await Promise.all([images.ciMock('-b', 'dev'), images.ciMock('-b', 'stg'), images.ciMock('-v', '0.4.11')]);
  await podinfo().publish('Automation of each kind');
  podinfo().startAgent();
  await images.released('prod', '0.4.11');
}, TIMEOUT_MS);

test(
  'switched off, what is newest is known and nobody commits it',
  async () => {
    const { bare, bed, repository } = podinfo();
    const [commit, before] = [await bare.head(), await images.locked('dev')];
    const tag = await images.ciMock('-b', 'dev');
    await images.push('0.4.12');
    await podinfo().scan();
    await images.chosen('dev', tag);
    await images.released('prod', '0.4.12'); // by then dev would be too
    await images.released('dev', before);
    expect((await bare.history(commit)).flatMap(({ files }) => files).filter((file) => file.includes('/dev/'))).toEqual([]);

    await repository.pull();
    const listed = await repository.runFairlead('images', 'dev', '--kubeconfig', bed.kubeconfig);
    expect(listed).toContain(before);
    expect(listed).toContain(tag);
  },
  TIMEOUT_MS,
);

test(
  'a pull request is a branch of one commit on what is there; merged, it is rolled out',
  async () => {
    const { bare } = podinfo();
    const branch = 'fairlead/gke-pull-request';
    const before = await images.locked('stg');
    const tag = await images.ciMock('-b', 'stg');
    await podinfo().scan();
    await images.untilLocked('stg', tag, branch);
    expect(await images.locked('stg')).toBe(before);
    const main = await bare.head();
    const history = await bare.history('main', branch);
    expect(history).toEqual([
      {
        commit: await bare.head(branch),
        author: 'fairlead',
        files: ['dist/gke/stg/stg/helmrelease.helm.toolkit.fluxcd.io-podinfo-rc.yaml', lockOf('stg')],
      },
    ]);
    await bare.git('update-ref', 'refs/heads/main', history[0].commit, main);
    await podinfo().announcePush();
    await images.released('stg', tag);
    await podinfo().repository.pull();
    await podinfo().repository.synth('--check');
  },
  TIMEOUT_MS,
);

test(
  'a hold stops commits until it is released',
  async () => {
    const { repository, bare } = podinfo();
    await repository.pull();
    const before = await images.locked('prod');
    await repository.runFairlead('automate', 'off', 'prod', '--reason', 'frozen until the launch');
    const held = await podinfo().pushAsIs('Freeze prod');
    await podinfo().converged(held);
    await images.push('0.4.20');
    await podinfo().scan();
    await images.chosen('prod', '0.4.20');
    await podinfo().untilOf(kinds.ImageUpdateAutomation, 'gke-commit', 'says that prod is held', (automation) =>
      /held: gke-prod-podinfo/.test(conditionOf(automation, 'Ready')?.message ?? ''),
    );
    expect(await bare.head()).toBe(held);
    expect(await images.locked('prod')).toBe(before);
    await images.released('prod', before);
    expect(await bare.file(lockOf('prod'))).toContain('frozen until the launch');

    await repository.runFairlead('automate', 'on', 'prod');
    await podinfo().pushAsIs('Prod goes on');
    await images.released('prod', '0.4.20');
    await repository.pull();
    await repository.synth('--check');
  },
  TIMEOUT_MS,
);

test(
  'where output is computed from a version the lock alone is edited, on a branch that says a synth is due',
  async () => {
    const { repository, bare, client, bed } = podinfo();
    const branch = 'fairlead/gke-commit-resynth';
    const linksAre = (version: string) =>
      until(client, CONFIG_MAP, { namespace: 'notes' }, `links to ${version}`, (objects) =>
        objects.find(({ metadata, data }) => metadata.name === 'links' && (data as { url: string }).url === `https://docs.example.com/${version}/`),
      );
    const locked = (version: string) => bare.until(NOTES_LOCK, (text) => text.includes(`site:${version}"`), `at ${version}`, branch);
    await locked('1.1.0');
    await linksAre('1.0.0');
    expect(await bare.file(NOTES_LOCK)).toContain('site:1.0.0"');

    await pushImage(bed.registry, 'stefanprodan/site', '1.2.0');
    await podinfo().scan();
    await locked('1.2.0');
    const base = (await bare.git('merge-base', 'main', branch)).trim();
    expect((await bare.history(base, branch)).map(({ files }) => files)).toEqual([[NOTES_LOCK]]);
    expect(await bare.message(branch)).toContain('fairlead synth is due');
    expect(await bare.git('grep', '-c', 'gke-notes-site"', branch, '--', 'dist/gke/notes').catch(() => 'nowhere')).toBe('nowhere');

    // As its message says: synthesize on the branch, and merge.
    const inCopy = (...args: string[]) =>
      run(['git', '-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: repository.folder });
    await repository.pull();
    await inCopy('fetch', '--quiet', 'origin', branch);
    await inCopy('merge', '--quiet', '--no-edit', 'FETCH_HEAD');
    await podinfo().publish('Synthesized');
    await linksAre('1.2.0');
    const [commit, tip] = [await bare.head(), await bare.head(branch)];
    await images.push('0.4.21');
    await podinfo().scan();
    await images.released('prod', '0.4.21'); // by then anything more of the branch would be pushed
    expect((await bare.history(commit)).flatMap(({ files }) => files).filter((file) => !file.includes('/prod/'))).toEqual([]);
    expect(await bare.head(branch)).toBe(tip);
    await repository.pull();
    await repository.synth('--check');
  },
  TIMEOUT_MS,
);

test(
  'what was rolled back stays so, however new the images, until its hold is released',
  async () => {
    const { repository, bare, bed } = podinfo();
    for (const tag of ['0.4.30', '0.4.31']) {
      await images.push(tag);
      await podinfo().scan();
      await images.released('prod', tag);
    }
    await repository.pull();
    await repository.runFairlead('rollback', 'prod', '--reason', 'loses orders', '--kubeconfig', bed.kubeconfig);
    await podinfo().announcePush();
    await images.released('prod', '0.4.30');
    const commit = await bare.head();
    await images.push('0.4.32');
    await podinfo().scan();
    await images.chosen('prod', '0.4.32');
    await podinfo().untilOf(kinds.ImageUpdateAutomation, 'gke-commit', 'says that prod is held', (automation) =>
      /held: gke-prod-podinfo/.test(conditionOf(automation, 'Ready')?.message ?? ''),
    );
    await podinfo().converged(commit);
    expect(await bare.head()).toBe(commit);

    await repository.pull();
    await repository.synth('--check');
    await repository.runFairlead('release-hold', 'prod');
    await podinfo().pushAsIs('Orders are safe');
    await images.released('prod', '0.4.32');
  },
  TIMEOUT_MS,
);
