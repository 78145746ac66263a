import { labels as names } from '../../model/labels';
import type { KubeObject, ManagedFieldsEntry, ObjectId } from '../../model/object';
import { type OptOuts, optOutsOf } from '../../objects/opt-outs';
import { type Health, inProgress } from '../../objects/verdict';
import type { HandEdit } from './hand-edit';
import { versionOf } from './resource-version';
import type { Drift } from './types';
import type { SharedWatch } from './watches';

/** What is kept of every object that a watch shows, so that it is known when somebody applies it. */
export interface Glimpse {
  /** As last seen; 0 before. */
  version: number;
  uid?: string;
  optOuts: OptOuts;
  /** Labels that say whose it is. */
  origin: Origin;
}

/** All that is kept of an object: never the object. */
export interface Tracked extends Glimpse {
  readonly id: ObjectId;
  watch: SharedWatch;
  /** Key of who applied it last; undefined for objects that are only waited for. */
  owner?: string;
  /** Somebody waits for it. */
  readonly waiters: Set<() => void>;

  /** Whose fields are ours, and whose are taken over. */
  fieldManager: string;
  predecessors?: readonly string[];

  health: Health;
  /** For Pods: whether it ran to its end. */
  completion?: Health;

  /** Digest of our fields as we left them. Undefined: we never saw it as ours. */
  baseline?: string;
  /** Whatever state it is found in becomes the baseline: it was applied before this process began. */
  adopted: boolean;
  /** What was sent when we left it so. */
  applied?: string;
  drift?: Drift['what'];
  /** Its owner was told of that drift. */
  told: boolean;
  /** Who else wrote, for messages. */
  otherManager?: string;
  /** While it is drifted: what they wrote. */
  edit?: ManagedFieldsEntry;
  /** What our last write took back. */
  reverted?: HandEdit;

  /** Writes of ours under way: what the watch says meanwhile waits for their answers. */
  writes: number;
  pending?: KubeObject | Removal;
  /** We asked for its deletion. */
  deleting: boolean;
}

/** It does not exist any more, as of this version. */
export class Removal {
  constructor(
    readonly version: number,
    readonly uid?: string,
  ) {}
}

export const neverSeen: Health = inProgress('not seen yet');

const NO_OPT_OUTS = optOutsOf({});

export function newTracked(id: ObjectId, watch: SharedWatch, fieldManager: string): Tracked {
  const { group, version, kind, namespace, name } = id;
  return {
    id: { group: intern(group), version: intern(version), kind: intern(kind), namespace: intern(namespace), name },
    watch,
    waiters: new Set(),
    fieldManager,
    version: 0,
    health: neverSeen,
    optOuts: NO_OPT_OUTS,
    origin: {},
    adopted: false,
    told: false,
    writes: 0,
    deleting: false,
  };
}

/** Exists, as far as we know. */
export function isPresent(tracked: Tracked): boolean {
  return tracked.version > 0 && tracked.health.status !== 'NotFound';
}

const ORIGIN_LABELS = [names.kustomizeName, names.kustomizeNamespace, names.helmName, names.helmNamespace, names.managedBy] as const;
export type Origin = { readonly [label: string]: string };

/** The labels by which ownership is judged, one object for all that carry the same. */
function originOf(labels: Readonly<Record<string, string>> | undefined): Origin {
  const origin = Object.fromEntries(ORIGIN_LABELS.flatMap((name) => (labels?.[name] === undefined ? [] : [[name, labels[name]]])));
  return shared(origins, origin);
}

/** Whether ownership by these labels can be judged from what is kept. */
export function isJudgedByOrigin(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).every((name) => (ORIGIN_LABELS as readonly string[]).includes(name));
}

export function glimpseOf(object: KubeObject): Glimpse {
  const { uid, labels, annotations } = object.metadata;
  return { version: versionOf(object), uid, optOuts: shared(optOutSets, optOutsOf({ labels, annotations })), origin: originOf(labels) };
}

const strings = new Map<string, string>();
const origins = new Map<string, Origin>();
const optOutSets = new Map<string, OptOuts>();

function intern(text: string): string {
  const known = strings.get(text);
  if (known !== undefined) return known;
  strings.set(text, text);
  return text;
}

function shared<T extends object>(known: Map<string, T>, value: T): T {
  const key = JSON.stringify(value);
  const first = known.get(key);
  if (first) return first;
  known.set(key, value);
  return value;
}
