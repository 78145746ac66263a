import { type ClusterManifests, renderedDefinitions } from './cluster-manifests';
import { withoutExempt } from './exemptions';
import type { Draft, Finding } from './finding';
import { type Manifest, metadataOf, type RawObject, shownName } from './manifest';
import type { Policy } from './policy/policy';
import { policyDrafts } from './policy/policy-drafts';
import { Presence } from './references/presence';
import { ruleOf } from './rule-table';
import { duplicateDrafts, duplicateReleaseDrafts, type PlacedDraft } from './rules/duplicates';
import { elsewhereDraft } from './rules/elsewhere';
import { fluxFindings } from './rules/flux-runtime';
import { lifecycleDrafts } from './rules/lifecycle';
import { metadataDrafts, stringDrafts } from './rules/metadata';
import { isEncrypted, plaintextDrafts } from './rules/plaintext-secret';
import { componentDraft, problemDraft, releaseManifest } from './rules/problems';
import { referenceDrafts } from './rules/references';
import { schemaDrafts } from './rules/schema';
import { setGrammarDrafts } from './rules/set-grammar';
import type { Field } from './schema/field';
import { Kubernetes } from './schema/kubernetes-schemas';
import { Schemas } from './schema/schemas';
import { UpgradedReleases } from './upgraded-releases';

export interface ValidationOptions {
  /** Version of the clusters, such as `1.36`. @default - what their manifests say, else the newest whose schemas ship */
  readonly kubernetesVersion?: string;
  /** Version one wants to go to: what it no longer serves is an error. */
  readonly against?: string;
  /** Who is to reconcile: what it would not do is told. */
  readonly runtime?: 'flux';
  /** Rules of one's own. @default - none */
  readonly policies?: readonly Policy[];
}

/** What the rules find in what one cluster gets. */
export function validateCluster(cluster: ClusterManifests, definitions: readonly RawObject[], options: ValidationOptions): Finding[] {
  const { manifests, releases, isWhole } = cluster;
  const asked = options.kubernetesVersion ?? cluster.kubernetesVersion;
  const kubernetes = Kubernetes.near(asked);
  const schemas = new Schemas(kubernetes, [...definitions, ...renderedDefinitions(manifests), ...(cluster.beside?.definitions ?? [])]);
  const judging: Judging = {
    schemas,
    presence: new Presence(manifests, openNamespaces(cluster), cluster.sources, cluster.beside?.presence),
    cluster,
    upgraded: new UpgradedReleases(cluster.upgraded),
    version: asked ?? kubernetes.version,
    options,
  };
  const perObject = manifests.flatMap((manifest): PlacedDraft[] => draftsOf(manifest, judging).map((draft) => ({ draft, manifest })));
  const { against = judging.version } = options;
  const added = judging.upgraded
    .added(manifests)
    .flatMap((manifest): PlacedDraft[] => lifecycleDrafts(manifest.object, schemas, against).map((draft) => ({ draft, manifest })));
  const twice = [
    ...duplicateDrafts(manifests, (object) => schemas.isNamespaced(object), isWhole),
    ...(isWhole ? duplicateReleaseDrafts(releases, (release) => releaseManifest(release, manifests)) : []),
  ];
  const isFlux = options.runtime === 'flux';
  const told = cluster.problems.filter(({ fluxDoes, lacksDecryption }) => !(isFlux && fluxDoes === 'decrypt' && !lacksDecryption));
  const problems = [
    ...told.map((problem) => problemDraft(problem, manifests, isFlux)),
    ...(cluster.elsewhere ?? []).map(elsewhereDraft),
    ...(cluster.components ?? []).map(componentDraft),
  ];
  const byManifest = new Map<Manifest, Draft[]>();
  for (const { draft, manifest } of [...perObject, ...added, ...twice, ...problems])
    byManifest.set(manifest, [...(byManifest.get(manifest) ?? []), draft]);
  const owners = new Map(manifests.filter(({ object }) => object.kind === 'HelmRelease').map(({ object }) => [releaseNameOf(object), object]));
  return [...byManifest].flatMap(([manifest, drafts]) => {
    const owner = manifest.release && owners.get(manifest.release.name);
    return withoutExempt(drafts, manifest.object, owner).map((draft) => findingOf(draft, manifest));
  });
}

interface Judging {
  readonly schemas: Schemas;
  readonly presence: Presence;
  readonly cluster: ClusterManifests;
  readonly upgraded: UpgradedReleases;
  readonly version: string;
  readonly options: ValidationOptions;
}

function draftsOf(manifest: Manifest, { schemas, presence, cluster, upgraded, version, options }: Judging): Draft[] {
  const { object, release } = manifest;
  const isOwn = release === undefined;
  return [
    // Whoever decrypts it applies something else.
    ...(isEncrypted(object) ? [] : known(manifest, [...schemaDrafts(object, schemas), ...stringDrafts(object), ...metadataDrafts(object)])),
    ...lifecycleDrafts(object, schemas, version, upgraded.keeps(manifest) ? options.against : undefined),
    ...referenceDrafts(object, presence, cluster.isWhole),
    // What charts make is nowhere in Git.
    ...(isOwn ? [...plaintextDrafts(object), ...setGrammarDrafts(object, cluster.defaults?.get(releaseNameOf(object)))] : []),
    ...(isOwn && options.runtime === 'flux' ? fluxFindings(object).map((message): Draft => ({ rule: 'flux-runtime', message })) : []),
    ...policyDrafts(manifest, options.policies ?? [], { cluster: cluster.name, kubernetesVersion: version }),
  ];
}

/** Without what is said of values that are not known yet. */
function known({ object, isOpen }: Manifest, drafts: readonly Draft[]): readonly Draft[] {
  if (!isOpen) return drafts;
  const at = (field: Field) => field.reduce<unknown>((value, part) => (value as Readonly<Record<string, unknown>> | undefined)?.[part], object);
  return drafts.filter(({ field = [] }) => !hasVariable(at(field)));
}

function hasVariable(value: unknown): boolean {
  return typeof value === 'string' && /\$\{[A-Za-z_]/.test(value);
}

/** `dev/podinfo` of a HelmRelease. */
function releaseNameOf(object: RawObject): string {
  const { namespace, name } = metadataOf(object);
  return `${namespace}/${name}`;
}

/** Namespaces of releases of which nobody knows what they make. */
function openNamespaces({ releases }: ClusterManifests): ReadonlySet<string> {
  return new Set(releases.filter(({ problem }) => problem !== undefined).map(({ releaseNamespace }) => releaseNamespace));
}

/** What a rule says, with the severity and remedy of its own where it says no other. */
export function findingOf(draft: Draft, { object, file, document, release }: Manifest): Finding {
  const rule = ruleOf(draft.rule);
  return {
    rule: draft.rule,
    severity: draft.severity ?? rule?.severity ?? 'error',
    message: draft.message,
    remedy: draft.remedy ?? rule?.remedy ?? '',
    file,
    document,
    field: draft.field ?? [],
    ...(object.kind !== '' && { object: shownName(object) }),
    ...(release && { release }),
  };
}
