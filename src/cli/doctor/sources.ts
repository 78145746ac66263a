import { kinds } from '../../model/kinds';
import { nameOf } from '../../model/object';
import { stringAt } from '../../objects/fields';
import { shortRevision } from '../live/layers';
import { isReady } from '../live/readiness';
import { suspendedWords } from '../live/suspended';
import { why } from '../live/why';
import { refOf, type World } from '../live/world';
import type { Check, Finding } from './check';

/** Whether sources can be read, and what images are looked for in: addresses, credentials, what was fetched. */
export const sources: Check = {
  name: 'sources',
  needs: [kinds.GitRepository.kind],
  look: async ({ world }) => sourceFindings(await world()),
};

export function sourceFindings(world: World): readonly Finding[] {
  const all = [kinds.GitRepository, kinds.OCIRepository, kinds.HelmRepository, kinds.ImageRepository].flatMap(({ kind }) => world.objects.list(kind));
  const faults = all
    .filter((source) => !isReady(source) && suspendedWords(source, world) === undefined)
    .map((source): Finding => {
      const { sentence, remedy } = why(source, world);
      const stays = stringAt(source, 'status', 'artifact', 'revision');
      const says = `${nameOf(refOf(source))}: ${sentence}${stays === undefined ? '' : `; ${shortRevision(stays)} stays in use`}`;
      const isKnown = stays !== undefined || stringAt(source, 'status', 'lastScanResult', 'scanTime') !== undefined;
      return { level: isKnown ? 'warn' : 'fail', says, remedy };
    });
  if (faults.length > 0) return faults;
  return all.length === 0 ? [] : [{ level: 'ok', says: `${all.length}, all can be read` }];
}
