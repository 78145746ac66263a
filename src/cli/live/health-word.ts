import type { KubeObject } from '../../model/object';
import { healthOf } from '../../objects/health';
import { isReconciled } from './live-kinds';
import { podTrouble } from './pod-trouble';
import { readinessOf } from './readiness';
import { suspendedWords } from './suspended';
import { firstLine } from './told-error';
import { why } from './why';
import type { World } from './world';

/** How an object is, in a word and a sentence. */
export interface HealthWord {
  readonly word: 'Ready' | 'Progressing' | 'Failed' | 'Missing' | 'Suspended' | 'Deleting';
  readonly says: string;
}

export function healthWord(object: KubeObject | undefined, world: World): HealthWord {
  if (object === undefined) return { word: 'Missing', says: 'it is not there, or may not be looked at' };
  if (object.metadata.deletionTimestamp !== undefined) return { word: 'Deleting', says: `since ${object.metadata.deletionTimestamp}` };
  const suspended = isReconciled(object.kind) ? suspendedWords(object, world) : undefined;
  if (suspended !== undefined) return { word: 'Suspended', says: suspended };
  if (isReconciled(object.kind)) {
    const { state, message } = readinessOf(object);
    if (state === 'ready') return { word: 'Ready', says: firstLine(message) };
    return { word: state === 'progressing' || state === 'unseen' ? 'Progressing' : 'Failed', says: why(object, world).sentence };
  }
  if (object.kind === 'Pod') {
    const trouble = podTrouble(object);
    if (trouble !== undefined) return { word: trouble.isFinal ? 'Failed' : 'Progressing', says: `${trouble.reason}: ${trouble.says}` };
  }
  const { status, message } = healthOf(object, world.now.getTime());
  return {
    word: status === 'Current' ? 'Ready' : status === 'Failed' ? 'Failed' : 'Progressing',
    says: /^Resource is (?:current|always ready)$/.test(message) ? '' : message,
  };
}
