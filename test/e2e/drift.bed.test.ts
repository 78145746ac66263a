import { until } from '../../demo/observe';
import { kinds } from '../../src/model/kinds';
import type { KubeObject, ObjectId } from '../../src/model/object';
import { type Files, namespaceYaml, useFiles } from '../support/files-world';

const world = useFiles();
const TRIALS = 20;
const TIMEOUT_MS = 300_000;

/** A kind of object, the field of it that somebody edits, and what it should be. */
interface Subject {
  readonly kind: Omit<ObjectId, 'namespace' | 'name'>;
  readonly yaml: (name: string) => string;
  readonly edit: object;
  readonly field: (object: KubeObject) => unknown;
  readonly wanted: unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: looks into objects of several kinds
const bodyOf = (object: KubeObject) => object as any;

const subjects: readonly Subject[] = [
  {
    kind: { group: '', version: 'v1', kind: 'ConfigMap' },
    yaml: (name) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: wanted\n`,
    edit: { data: { key: 'edited' } },
    field: (object) => bodyOf(object).data.key,
    wanted: 'wanted',
  },
  {
    kind: { group: '', version: 'v1', kind: 'Secret' },
    yaml: (name) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\ndata:\n  key: d2FudGVk\n`,
    edit: { data: { key: 'ZWRpdGVk' } },
    field: (object) => bodyOf(object).data.key,
    wanted: 'd2FudGVk',
  },
  {
    kind: { group: '', version: 'v1', kind: 'Service' },
    yaml: (name) => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    app: wanted\n  ports:\n    - port: 80\n`,
    edit: { spec: { selector: { app: 'edited' } } },
    field: (object) => bodyOf(object).spec.selector.app,
    wanted: 'wanted',
  },
  {
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    yaml: (name) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 0
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: app
          image: registry.example.com/app:1
`,
    edit: { spec: { minReadySeconds: 7, replicas: 1 } },
    field: (object) => bodyOf(object).spec.replicas,
    wanted: 0,
  },
];

const CONFIG_MAP = subjects[0].kind;
const DEPLOYMENT = subjects[3].kind;

/** As many objects as trials, so that none drifts so often that corrections back off. */
const objects = Array.from({ length: TRIALS }, (_, index) => ({ ...subjects[index % subjects.length], name: `object-${index}` }));

/** A Deployment that an autoscaler scales; it names no number of replicas. */
const scaled = `${subjects[3].yaml('scaled').replace('  replicas: 0\n', '')}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: scaled
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}
  minReplicas: 3
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
`;

const manifests = [...objects.map(({ yaml, name }) => yaml(name)), subjects[0].yaml('by-hand'), scaled];

const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: released
  namespace: released
spec:
  interval: 1h
  driftDetection:
    mode: enabled
  chart:
    spec:
      chart: chart
      reconcileStrategy: Revision
      sourceRef: {kind: GitRepository, name: files, namespace: flux-system}
`;

beforeAll(async () => {
  const files: Files = {
    'plain/ns.yaml': namespaceYaml('plain'),
    'plain/objects.yaml': manifests.join('---\n').replace(/^metadata:\n/gm, 'metadata:\n  namespace: plain\n'),
    'releases/release.yaml': `${namespaceYaml('released')}---\n${release}`,
    'chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 0.1.0\n',
    'chart/templates/objects.yaml': manifests.join('---\n'),
  };
  const commit = await world().push(files);
  for (const name of ['plain', 'releases']) {
    await world().kustomization(name, name);
    await world().applied(name, commit);
  }
  await world().untilOf(
    kinds.HelmRelease,
    'released',
    'released',
    'installed',
    ({ status }) => (status as { history?: unknown[] } | undefined)?.history?.length === 1,
  );
  for (const namespace of ['plain', 'released']) await scaledTo(namespace, 3);
}, TIMEOUT_MS);

describe.each([
  ['a Kustomization', 'plain'],
  ['a HelmRelease', 'released'],
])('what %s applied', (owner, namespace) => {
  test(
    'is back after it was deleted',
    async () => {
      const took = await trials(namespace, async ({ kind, name, field, wanted }, seen) => {
        const id = { ...kind, namespace, name };
        const { uid } = (await world().client.get(id))!.metadata;
        const began = performance.now();
        await world().client.delete(id);
        await seen((object) => object.metadata.uid !== uid && field(object) === wanted);
        return performance.now() - began;
      });
      report(`deleted objects of ${owner}`, took);
    },
    TIMEOUT_MS,
  );

  test(
    'is back after it was edited',
    async () => {
      const took = await trials(namespace, async ({ kind, name, edit, field, wanted }, seen) => {
        const began = performance.now();
        const edited = await world().client.patch({ ...kind, namespace, name }, 'merge', edit, { fieldManager: 'somebody' });
        expect(field(edited)).not.toBe(wanted);
        await seen((object) => Number(object.metadata.resourceVersion) > Number(edited.metadata.resourceVersion) && field(object) === wanted);
        return performance.now() - began;
      });
      report(`edited objects of ${owner}`, took);
    },
    TIMEOUT_MS,
  );

  test(
    'keeps what others own by right: replicas of an autoscaler, fields another one applied',
    async () => {
      const id = { ...DEPLOYMENT, namespace, name: 'scaled' };
      const theirs = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'scaled', namespace, labels: { team: 'eevee' } } };
      await world().client.apply(id, JSON.stringify(theirs), { fieldManager: 'team-labels' });
      // A correction of the same object, which would take both away if they were taken for drift.
      const path = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'registry.example.com/app:2' }];
      await world().client.patch(id, 'json', path, { fieldManager: 'somebody' });
      const healed = await world().untilOf(DEPLOYMENT, namespace, 'scaled', 'its image back', (object) => imageOf(object).endsWith(':1'));
      expect(healed.metadata.labels).toMatchObject({ team: 'eevee' });
      expect(bodyOf(healed).spec.replicas).toBe(3);

      await world().client.patch({ group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler', namespace, name: 'scaled' }, 'merge', {
        spec: { minReplicas: 4 },
      });
      await world().untilOf(
        { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
        namespace,
        'scaled',
        'its least number back',
        ({ spec }) => (spec as { minReplicas: number }).minReplicas === 3,
      );
      expect((await world().client.get(id))?.metadata.labels).toMatchObject({ team: 'eevee' });
    },
    TIMEOUT_MS,
  );

  test(
    'loses what kubectl edit added',
    async () => {
      const id = { ...CONFIG_MAP, namespace, name: 'by-hand' };
      await watched(id, async (seen) => {
        const editor = `sed -i 's/^  labels:/&\\n    added: by-hand/'`;
        await world().bed.kubectl(['edit', 'configmap', id.name, '-n', namespace], { env: { KUBE_EDITOR: editor } });
        await seen(({ metadata }) => metadata.labels?.added === 'by-hand');
      });
      const healed = await world().untilOf(
        CONFIG_MAP,
        namespace,
        id.name,
        'without the label',
        ({ metadata }) => metadata.labels?.added === undefined,
      );
      expect(healed.metadata.managedFields?.map(({ manager }) => manager)).not.toContain('kubectl-edit');
    },
    TIMEOUT_MS,
  );
});

type Seen = (isIt: (object: KubeObject) => boolean) => Promise<void>;

/** One object after the other; each is watched before anything is done to it. Milliseconds of each. */
async function trials(namespace: string, trial: (object: (typeof objects)[number], seen: Seen) => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (const object of objects) took.push(await watched({ ...object.kind, namespace, name: object.name }, (seen) => trial(object, seen)));
  return took;
}

async function watched<T>(id: ObjectId, work: (seen: Seen) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const states: KubeObject[] = [];
  let wake = () => {};
  await new Promise<void>((resolve) => {
    world().client.watch(
      id,
      { namespace: id.namespace, fieldSelector: `metadata.name=${id.name}` },
      (event) => {
        if (event.type === 'SYNCED') resolve();
        else if (event.type !== 'DELETED') states.push(event.object);
        wake();
      },
      stop.signal,
    );
  });
  try {
    return await work(async (isIt) => {
      while (!states.some(isIt)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    });
  } finally {
    stop.abort();
  }
}

function report(what: string, took: readonly number[]): void {
  const sorted = [...took].sort((a, b) => a - b);
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]].map(Math.round);
  console.log(`${sorted.length} ${what} were back after ${median} ms at the median, ${most} ms at most`);
}

async function scaledTo(namespace: string, replicas: number): Promise<void> {
  await until(world().client, DEPLOYMENT, { namespace }, `${replicas} replicas by the autoscaler`, (found) =>
    found.find((object) => object.metadata.name === 'scaled' && bodyOf(object).spec.replicas === replicas),
  );
}

function imageOf(deployment: KubeObject): string {
  return bodyOf(deployment).spec.template.spec.containers[0].image;
}
