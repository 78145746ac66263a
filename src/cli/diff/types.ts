import type { KubeObject, ObjectId } from '../../model/object';
import type { PreviewRelease } from '../../preview/types';

/** Where a cluster gets an object from. */
export interface Place {
  readonly cluster: string;
  readonly layer: string;
  /** The HelmRelease that renders it. */
  readonly release?: ReleaseName;
}

export interface ReleaseName {
  readonly namespace: string;
  readonly name: string;
}

/** What becomes of an object. One that another layer or release gives from now on is moved, not deleted and created. */
export type ChangeKind = 'added' | 'removed' | 'changed' | 'moved';

export interface ObjectChange {
  readonly change: ChangeKind;
  readonly id: ObjectId;
  /** Where it is now; of a removed one, where it was. */
  readonly place: Place;
  /** Of a moved one. */
  readonly movedFrom?: Place;
  readonly isHook: boolean;
  /** From the root of the tree. */
  readonly file: string;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

/** A release that is on one side only, or renders to something else. */
export interface ReleaseChange {
  readonly place: Place;
  readonly before?: PreviewRelease;
  readonly after?: PreviewRelease;
}

/** All that differs between two previews. */
export interface Comparison {
  readonly objects: readonly ObjectChange[];
  readonly releases: readonly ReleaseChange[];
}

/** What a reviewer should know, in the order of a summary: the worst first. */
export type Topic =
  | 'problem'
  | 'cluster'
  | 'deletion'
  | 'immutable'
  | 'crd'
  | 'rbac'
  | 'image'
  | 'replicas'
  | 'chart'
  | 'budget'
  | 'option'
  | 'suspended'
  | 'move';

export type Level = 'danger' | 'warning' | 'note';

export interface Finding {
  readonly topic: Topic;
  readonly level: Level;
  readonly place: Place;
  /** What it is about, such as `StatefulSet/db`. Empty where it is the whole place. */
  readonly subject: string;
  readonly text: string;
}
