import { normalPath } from '../../git/listing';
import type { PushRequest } from '../../git/push';
import { annotations } from '../../model/labels';
import { type GitReference, isValidReference } from '../source/git-checkout';
import type { GitRepository } from '../source/git-repository';
import type { SourceRef } from '../source/types';
import type { ImageUpdateAutomation } from './automation';

/** What an automation reads, where it writes, and what it may touch. */
export interface Target {
  readonly checkout: GitReference | undefined;
  /** Whether the GitRepository follows the same reference, so that its revision is ours. */
  readonly followsSource: boolean;
  readonly branch: string;
  /** The branch is another one than is read: it is what is read and one commit, whatever it was before. */
  readonly switchesBranch: boolean;
  readonly refspec?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** Folders from the root of the repository; empty is all of it. */
  readonly paths: readonly string[];
  /** What files are named from in messages. */
  readonly base: string;
}

/** What is wrong with a spec: nothing but a change of it helps. Reasons are Flux's. */
export interface InvalidSpec {
  readonly reason: string;
  readonly message: string;
}

export function sourceRefOf({ metadata, spec }: ImageUpdateAutomation): SourceRef {
  const { kind, name, namespace } = spec.sourceRef;
  return { kind, name, namespace: namespace ?? metadata.namespace ?? '' };
}

/** Where locks of derived versions are edited, for somebody to synthesize on. */
export function resynthBranch(automation: ImageUpdateAutomation): string {
  return `fairlead/${automation.metadata.name}-resynth`;
}

export function targetOf(automation: ImageUpdateAutomation, repository: GitRepository): Target | InvalidSpec {
  const { git, update = {} } = automation.spec;
  const invalid = (message: string, reason = 'InvalidSourceConfiguration'): InvalidSpec => ({ reason, message });
  if (git === undefined) return invalid("source kind 'GitRepository' necessitates field .spec.git");
  if ((update.strategy ?? 'Setters') !== 'Setters') return invalid(`unsupported update strategy: ${update.strategy}`, 'InvalidUpdateStrategy');

  const checkout = git.checkout?.ref ?? repository.spec.ref;
  const { push = {} } = git;
  const checkedOut = checkout === undefined ? 'master' : (/^refs\/heads\/(.+)/.exec(checkout.name ?? '')?.[1] ?? checkout.branch);
  const branch = push.branch || checkedOut;
  if (!branch) return invalid('push spec not provided, and cannot be inferred from .spec.git.checkout.ref or GitRepository .spec.ref');
  if (!isValidReference(checkout) || !isValidReference({ branch })) return invalid('checkout.ref or push.branch is no name of a Git reference');
  if (push.refspec && !isRefspec(push.refspec))
    return invalid('push refspec must name a source and a destination, without deletion, force or wildcard');

  const ours = automation.metadata.annotations?.[annotations.updatePaths];
  return {
    checkout,
    followsSource: git.checkout === undefined || sameReference(git.checkout.ref, repository.spec.ref),
    branch,
    switchesBranch: branch !== checkedOut,
    ...(push.refspec ? { refspec: push.refspec } : {}),
    ...(push.options ? { options: push.options } : {}),
    paths: ours === undefined ? [normalPath(update.path ?? '')] : ours.split(',').map((path) => normalPath(path.trim())),
    base: normalPath(update.path ?? ''),
  };
}

/** Flux pushes a local branch by its refspec; ours is the commit itself. */
export function refspecPush(refspec: string, commit: string): PushRequest {
  const [from, to = from] = refspec.split(':');
  return { from: commit, to: to.startsWith('refs/') ? to : `refs/heads/${to}` };
}

function isRefspec(refspec: string): boolean {
  const parts = refspec.split(':');
  return parts.length <= 2 && !refspec.startsWith('+') && parts.every((part) => part !== '' && isValidReference({ name: part }));
}

function sameReference(a: GitReference = {}, b: GitReference = {}): boolean {
  const fields = ['branch', 'tag', 'semver', 'name', 'commit'] as const;
  return fields.every((field) => (a[field] ?? '') === (b[field] ?? ''));
}
