import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../demo/observe';
import { kinds } from '../../../src/model/kinds';
import { SIGNER, sshKey, type TestKey } from '../../git/signing-keys';
import { AGENT_NAMESPACE as NAMESPACE } from '../../support/agent';
import { BUILD_TIMEOUT_MS, useBed } from '../../support/bed';
import { told } from '../../support/suspend';
import { AutomationWorld, app, IMAGE, lock, marker, output, type People } from './automation-world';

let world: AutomationWorld;
const keys: TestKey[] = [];

// Before the bed's own: the agent gives its leases back.
afterAll(async () => {
  await world?.stop();
  for (const key of keys) key.remove();
});
const bed = useBed({ controllers: false, scheduler: false, kwok: false, registry: false, ssh: true });

beforeAll(async () => {
  world = await AutomationWorld.start(bed());
}, BUILD_TIMEOUT_MS);

const owner = (name: string) => ({ 'fairlead.dev/automation': name });
const author = { name: 'Bot', email: SIGNER };

/** Repository, GitRepository, policy of the same name at tag 1, automation. */
async function automated(
  name: string,
  spec: object = {},
  files: Record<string, string> = {},
  annotations: Record<string, string> = {},
): Promise<People> {
  const people = await world.people(name, { ...app(name, '1'), 'README.md': `${IMAGE}:1 ${marker(name)}\n`, ...files });
  await world.repository(name, people.url);
  await world.chosen(name, '1', owner(name));
  await world.automation(name, spec, annotations);
  await world.pushed(name, '1');
  return people;
}

test('what a policy chose becomes one commit of lock and output, and the GitRepository has it at once', async () => {
  const people = await automated('plain');
  const before = await people.head();
  await world.chosen('plain', '2', owner('plain'));
  const status = await world.pushed('plain', '2');
  expect(await people.onServer('log', '-1', '--format=%P|%an|%ae|%cn|%B', 'main')).toBe(
    `${before}|Bot|bot@example.com|Bot|Update from image update automation`,
  );
  expect(await people.onServer('diff', '--name-only', before, 'main')).toBe('dist/dev/plain.yaml\nlocks/dev/plain.yaml');
  expect([await people.file('locks/dev/plain.yaml'), await people.file('dist/dev/plain.yaml')]).toEqual(Object.values(app('plain', '2')));
  const head = await people.head();
  expect(status).toMatchObject({
    lastPushCommit: head,
    lastPushTime: expect.any(String),
    lastAutomationRunTime: expect.any(String),
    observedSourceRevision: `main@sha1:${head}`,
    observedPolicies: { plain: { name: IMAGE, tag: '2' } },
  });
  const revision = `main@sha1:${head}`;
  await until(world.client, kinds.GitRepository, { namespace: NAMESPACE, fieldSelector: 'metadata.name=plain' }, 'the new revision', ([it]) =>
    (it?.status as { artifact?: { revision: string } })?.artifact?.revision === revision ? it : undefined,
  );
  await told(world.client, 'Succeeded', `pushed commit '${head.slice(0, 7)}' to branch 'main'\nUpdate from image update automation`);
  const { message } = await ready('plain');
  expect(message).toBe(`pushed commit '${head.slice(0, 7)}' to branch 'main': 2 changes; 1 policy`);
});

test('the message is made by its template, the author may have no name, digests come along', async () => {
  const messageTemplate = [
    '[ci skip] {{ .AutomationObject }} on {{ .Values.cluster }}',
    '{{ range $file, $_ := .Changed.FileChanges }}{{ $file }} {{ end }}',
    '{{ range $o, $c := .Changed.Objects }}{{ $o.Kind | lower }}/{{ $o.Name }}{{ range $c }} {{ .OldValue }} -> {{ .NewValue }} ({{ .Setter }}){{ end }};{{ end }}',
  ].join('\n');
  const commit = { author: { email: SIGNER }, messageTemplate, messageTemplateValues: { cluster: 'gke' } };
  const people = await automated('template', { git: { commit }, update: { path: './dist/dev', strategy: 'Setters' } });
  const digest = `sha256:${'a'.repeat(64)}`;
  await world.chosen('template', '2', owner('template'), { digest });
  await world.pushed('template', '2');
  const change = `${IMAGE}:1 -> ${IMAGE}:2@${digest} (${NAMESPACE}:template)`;
  expect(await people.onServer('log', '-1', '--format=%an|%B', 'main')).toBe(
    `${SIGNER}|[ci skip] ${NAMESPACE}/template on gke\ntemplate.yaml \ndeployment/template ${change};`,
  );
  expect(await people.file('locks/dev/template.yaml')).toBe(lock({ template: '1' }));

  await world.automation('template', { git: { commit: { ...commit, messageTemplate: '{{ .Updated.Images }}' } } });
  await world.chosen('template', '3', owner('template'));
  await world.until('template', ({ reason, message }) => reason === 'RemovedTemplateField' && message.includes('.Updated'));
});

test('folders named by the annotation are edited, and nothing beside them', async () => {
  const files = app('folders', '1', 'prod');
  const paths = { 'fairlead.dev/update-paths': 'dist/dev,locks/dev' };
  const people = await automated('folders', { update: { path: '.' } }, files, paths);
  await world.chosen('folders', '2', owner('folders'));
  await world.pushed('folders', '2');
  expect(await people.onServer('show', '--format=', '--name-only', 'main')).toBe('dist/dev/folders.yaml\nlocks/dev/folders.yaml');
});

test('commits are signed with the key of the Secret, which nobody gets to see', async () => {
  const key = sshKey("it's long");
  keys.push(key);
  await world.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'signing' },
    stringData: { identity: key.key.toString(), password: 'another one' },
  });
  const commit = { author, signingKey: { type: 'ssh', secretRef: { name: 'signing' } } };
  const people = await automated('signed', { git: { commit } });
  const before = await people.head();
  await world.chosen('signed', '2', owner('signed'));
  await world.until('signed', ({ message }) => message.includes('FL1134'));
  expect(await people.head()).toBe(before);

  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'signing' }, stringData: { password: "it's long" } });
  await world.pushed('signed', '2');
  const verifying = Object.entries(key.verifying).find(([, value]) => value.endsWith('allowed'))?.[1];
  await people.onServer('-c', `gpg.ssh.allowedSignersFile=${verifying}`, 'verify-commit', 'main');
  expect(world.redact(`a ${key.key.toString()} b`)).not.toContain(key.key.toString().split('\n')[2]);
});

test('another branch is what is read and one commit, and is made again when it is gone or somebody else wrote to it', async () => {
  const people = await automated('branch', { interval: '2s', git: { commit: { author }, push: { branch: 'auto' } } });
  const base = await people.head();
  const oneCommitOn = async (parent: string) => {
    expect(await people.onServer('log', '-1', '--format=%P %an', 'auto')).toBe(`${parent} Bot`);
    expect(await people.head()).toBe(parent);
  };
  await world.chosen('branch', '2', owner('branch'));
  const first = await world.pushed('branch', '2');
  await oneCommitOn(base);
  expect(first.observedSourceRevision).toBe(`main@sha1:${base}`);

  // It holds what it should: the next visits push nothing.
  await world.until('branch', ({ message }) => message.startsWith(`branch 'auto' holds commit '${first.lastPushCommit?.slice(0, 7)}'`));
  expect(await people.head('auto')).toBe(first.lastPushCommit);

  await people.commit({ 'else.txt': 'theirs' }, 'auto');
  await world.until('branch', (_, { lastPushCommit }) => lastPushCommit !== first.lastPushCommit);
  await oneCommitOn(base);

  const second = await people.head('auto');
  await people.onServer('update-ref', '-d', 'refs/heads/auto');
  await world.until('branch', (_, { lastPushCommit }) => lastPushCommit !== second);
  await oneCommitOn(base);

  const later = await people.commit({ 'else.txt': 'in main' });
  await world.until('branch', (_, { observedSourceRevision }) => observedSourceRevision === `main@sha1:${later}`);
  await oneCommitOn(later);
});

test('a refspec is pushed to besides the branch', async () => {
  const people = await automated('refspec', { git: { commit: { author }, push: { refspec: 'HEAD:refs/for/main' } } });
  await world.chosen('refspec', '2', owner('refspec'));
  await world.pushed('refspec', '2');
  expect(await people.onServer('rev-parse', 'refs/for/main')).toBe(await people.head());
});

test('nobody loses an edit to somebody else who pushes to the same branch', async () => {
  const people = await automated('race');
  const rounds = 30;
  let tag = 1;
  const choosing = (async () => {
    for (; tag < rounds; ) {
      tag += 1;
      await world.chosen('race', `${tag}`, owner('race'));
      await sleep(Math.random() * 60);
    }
  })();
  for (let round = 1; round <= rounds; round += 1) {
    await people.commit({ [`theirs/${round}.txt`]: `${round}` });
    await sleep(Math.random() * 60);
  }
  await choosing;
  await world.pushed('race', `${rounds}`);
  const listed = await people.onServer('ls-tree', '--name-only', 'main', 'theirs/');
  expect(listed.split('\n')).toHaveLength(rounds);
  expect(await people.file('dist/dev/race.yaml')).toBe(output('race', `${rounds}`));
  expect(await people.file('locks/dev/race.yaml')).toBe(lock({ race: `${rounds}` }));
  // Every commit is whole: lock and output at one version, one parent.
  const ours = (await people.onServer('log', '--author=Bot', '--format=%H %P', 'main')).split('\n');
  for (const [id, ...parents] of ours.map((line) => line.split(' '))) {
    expect(parents).toHaveLength(1);
    expect(await people.onServer('show', '--format=', '--name-only', id)).toBe('dist/dev/race.yaml\nlocks/dev/race.yaml');
  }
}, 240_000);

test('two automations of one repository, each with its folders, lose nothing to one another', async () => {
  const people = await automated('twin', { update: { path: './dist/dev' } }, { ...app('other', '1', 'prod') });
  const sourceRef = { kind: 'GitRepository', name: 'twin' };
  await world.automation('other', { sourceRef, update: { path: './dist/prod' } });
  const last = 12;
  for (let tag = 2; tag <= last; tag += 1) {
    await Promise.all(['twin', 'other'].map((name) => world.chosen(name, `${tag}`, owner(name))));
    await sleep(Math.random() * 100);
  }
  await Promise.all(['twin', 'other'].map((name) => world.pushed(name, `${last}`)));
  expect(await people.file('dist/dev/twin.yaml')).toBe(output('twin', `${last}`));
  expect(await people.file('dist/prod/other.yaml')).toBe(output('other', `${last}`));
  expect(await people.onServer('log', '--merges', '--format=%H', 'main')).toBe('');
});

test('over ssh, with the key of the GitRepository', async () => {
  const { identity, knownHosts } = bed().gitOverSsh;
  const people = await world.people('over-ssh', app('over-ssh', '1'));
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'over-ssh' }, stringData: { identity, known_hosts: knownHosts } });
  await world.repository('over-ssh', bed().gitOverSsh.url('over-ssh'), { secretRef: { name: 'over-ssh' } });
  await world.chosen('over-ssh', '2', owner('over-ssh'));
  await world.automation('over-ssh');
  await world.pushed('over-ssh', '2');
  expect(await people.file('dist/dev/over-ssh.yaml')).toBe(output('over-ssh', '2'));
});

test('a protected branch is said in the words of the server, and goes on once it is open', async () => {
  const people = await automated('protected', { interval: '1s' });
  const before = await people.head();
  await people.hook('echo "GH006: Protected branch update failed for refs/heads/main." >&2; exit 1');
  await world.chosen('protected', '2', owner('protected'));
  await world.until('protected', ({ status, reason, message }) => {
    return status === 'False' && reason === 'GitOperationFailed' && message.includes('GH006: Protected branch update failed');
  });
  expect(await people.head()).toBe(before);
  await people.hook(undefined);
  await world.pushed('protected', '2');
});

test('a file with a syntax error beside the edited one leaves out its policies alone, until it is corrected', async () => {
  const people = await automated('syntax', {}, { ...app('syntax-b', '1') });
  await world.chosen('syntax-b', '1', owner('syntax'));
  await world.until('syntax', (_, { observedPolicies }) => observedPolicies?.['syntax-b'] !== undefined);
  await people.commit({ 'dist/dev/broken.yaml': `image: "${IMAGE}:1" ${marker('syntax-b')}\nx: [\n` });
  await world.chosen('syntax-b', '2', owner('syntax'));
  await world.chosen('syntax', '2', owner('syntax'));
  await reconcileSource('syntax');
  await world.until('syntax', ({ status, reason, message }, { observedPolicies }) => {
    const isNamed = reason === 'UpdateFailed' && /FL1165.*dist\/dev\/broken\.yaml:\d+: .*syntax-b/.test(message);
    return status === 'False' && isNamed && observedPolicies?.syntax.tag === '2';
  });
  expect(await people.file('dist/dev/syntax.yaml')).toBe(output('syntax', '2'));
  expect(await people.file('dist/dev/syntax-b.yaml')).toBe(output('syntax-b', '1'));
  expect(await people.file('locks/dev/syntax-b.yaml')).toBe(lock({ 'syntax-b': '1' }));

  await people.commit({ 'dist/dev/broken.yaml': output('syntax-b', '1') });
  await reconcileSource('syntax');
  await world.pushed('syntax', '2', 'syntax-b');
  for (const file of ['broken', 'syntax-b']) expect(await people.file(`dist/dev/${file}.yaml`)).toBe(output('syntax-b', '2'));
});

test('a force-pushed branch is followed', async () => {
  const people = await automated('forced');
  await people.git('checkout', '--quiet', '--orphan', 'anew');
  await people.git('commit', '--quiet', '--message', 'another history');
  await people.git('push', '--quiet', '--force', people.bare, 'HEAD:refs/heads/main');
  const anew = await people.head();
  await world.chosen('forced', '2', owner('forced'));
  await world.pushed('forced', '2');
  expect(await people.onServer('log', '-1', '--format=%P', 'main')).toBe(anew);
});

test('a held policy stays where it is, in lock and output, until the hold is gone', async () => {
  const hold = 'holds:\n  images/held: "2026-11-21T10:00:00Z alice: it loses orders"\n';
  const people = await automated('held', {}, { ...app('free', '1'), 'locks/dev/held.yaml': lock({ held: '1' }, hold) });
  await world.chosen('free', '2', owner('held'));
  await world.chosen('held', '2', owner('held'));
  await world.until('held', ({ status, message }, { observedPolicies }) => {
    return status === 'True' && message.includes('held: held') && observedPolicies?.free?.tag === '2' && observedPolicies.held.tag === '2';
  });
  expect(await people.file('dist/dev/free.yaml')).toBe(output('free', '2'));
  expect(await people.file('dist/dev/held.yaml')).toBe(output('held', '1'));
  await people.commit({ 'locks/dev/held.yaml': lock({ held: '1' }) });
  await reconcileSource('held');
  await world.until('held', ({ message }) => message.startsWith('pushed') && !message.includes('held:'));
  expect(await people.file('dist/dev/held.yaml')).toBe(output('held', '2'));
});

test('policies that are not selected are left alone, and a selector that is none is said', async () => {
  const people = await automated('selector', {}, app('stranger', '1'));
  await world.chosen('stranger', '2', owner('nobody'));
  await world.chosen('selector', '2', owner('selector'));
  await world.pushed('selector', '2');
  expect(await people.file('dist/dev/stranger.yaml')).toBe(output('stranger', '1'));
  await world.automation('selector', { policySelector: { matchExpressions: [{ key: 'a', operator: 'Like', values: ['b'] }] } });
  await world.until('selector', ({ reason }) => reason === 'InvalidPolicySelector');
});

test('a suspended automation pushes nothing until it goes on', async () => {
  const people = await automated('suspended', { suspend: false });
  const before = await people.head();
  await world.automation('suspended', { suspend: true });
  await world.untilSuspended('suspended');
  await world.chosen('suspended', '2', owner('suspended'));
  await witness();
  expect(await people.head()).toBe(before);
  await world.automation('suspended', { suspend: false });
  await world.pushed('suspended', '2');
});

test('locks of derived versions are edited alone, on a branch where somebody synthesizes', async () => {
  const branch = 'fairlead/derived-resynth';
  const people = await automated('derived', { interval: '2s' }, app('computed', '1'));
  const computed = owner('derived.derived');
  await world.chosen('computed', '2', computed);
  await world.until('derived', ({ message }) => message.includes(`fairlead synth is due on branch '${branch}'`));
  expect(await people.file('locks/dev/computed.yaml')).toBe(lock({ computed: '1' }));
  expect(await people.file('locks/dev/computed.yaml', branch)).toBe(lock({ computed: '2' }));
  expect(await people.file('dist/dev/computed.yaml', branch)).toBe(output('computed', '1'));
  expect(await people.onServer('log', '-1', '--format=%s', branch)).toBe('Update locked versions: fairlead synth is due');

  // What people commit there stays, also when there is a newer version.
  const theirs = await people.commit({ 'dist/dev/computed.yaml': output('computed', '2') }, branch);
  await world.chosen('computed', '3', computed);
  await world.until('derived', (_, { observedPolicies }) => observedPolicies?.computed.tag === '3');
  expect(await people.onServer('log', '-1', '--format=%P', branch)).toBe(theirs);

  // Merged, it begins anew.
  await people.onServer('update-ref', 'refs/heads/main', await people.head(branch));
  await reconcileSource('derived');
  await world.until('derived', ({ message }) => !message.includes('is due'));
  await world.chosen('computed', '4', computed);
  await world.until('derived', ({ message }) => message.includes('is due'));
  expect(await people.onServer('log', '-1', '--format=%P', branch)).toBe(await people.head());
});

test('an agent that comes back, and one whose automation has nothing to do, leave Git and status alone', async () => {
  const people = await automated('quiet');
  await world.chosen('quiet', '2', owner('quiet'));
  const before = await world.pushed('quiet', '2');
  await reconcileSource('quiet');
  await witness();
  await world.stopAgent();
  const { resourceVersion } = await world.seen('quiet');
  await world.startAgent();
  await witness();
  expect((await world.seen('quiet')).resourceVersion).toBe(resourceVersion);
  await world.chosen('quiet', '3', owner('quiet'));
  const after = await world.pushed('quiet', '3');
  expect(await people.onServer('rev-parse', 'main^')).toBe(before.lastPushCommit);
  expect(after.lastPushCommit).toBe(await people.head());
});

test('a repository that is not there is waited for', async () => {
  const people = await world.people('late', app('late', '1'));
  await world.chosen('late', '2', owner('late'));
  await world.automation('late');
  await world.until('late', ({ reason }) => reason === 'SourceManagerFailed');
  await world.repository('late', people.url);
  await world.pushed('late', '2');
  expect(await people.file('dist/dev/late.yaml')).toBe(output('late', '2'));
});

async function ready(name: string): Promise<{ status: string; message: string }> {
  let found = { status: '', message: '' };
  await world.until(name, (condition) => {
    found = condition;
    return true;
  });
  return found;
}

let witnessed = 100;

/** Something else happens, from what a policy chose to a push: what was to happen before it has happened. */
async function witness(): Promise<void> {
  witnessed += 1;
  await world.chosen('plain', `${witnessed}`, owner('plain'));
  await world.pushed('plain', `${witnessed}`);
}

async function reconcileSource(name: string): Promise<void> {
  const id = { ...kinds.GitRepository, namespace: NAMESPACE, name };
  const body = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `${Date.now()}` } } };
  await world.client.patch(id, 'merge', body, { fieldManager: 'test' });
}
