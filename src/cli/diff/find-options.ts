import { unsetOptions } from './findings/unset-options';
import type { Comparison, Finding, ReleaseChange } from './types';

const MOST_OPTIONS = 5;

/** Environments that a chart's change alters without their setting what it brought. */
export async function findOptions({ objects, releases }: Comparison): Promise<Finding[]> {
  const isAltered = ({ place }: ReleaseChange) =>
    objects.some(
      ({ place: other }) =>
        other.cluster === place.cluster &&
        other.layer === place.layer &&
        other.release?.name === place.release?.name &&
        other.release?.namespace === place.release?.namespace,
    );
  const found = await Promise.all(releases.filter(isAltered).map(findingsOf));
  return found.flat();
}

async function findingsOf({ place, before, after }: ReleaseChange): Promise<Finding[]> {
  if (before?.defaults === undefined || after?.defaults === undefined) return [];
  const options = unsetOptions(await before.defaults(), await after.defaults(), after.values);
  if (options.length === 0) return [];
  const [added, changed] = [true, false].map((isNew) => options.filter((option) => option.isNew === isNew).map(({ path }) => path));
  const parts = [listed('new option', added), listed('other default of', changed)].filter((part) => part !== '');
  const text = `changes with its chart and does not set ${parts.join(' and ')}`;
  return [{ topic: 'option', level: 'warning', place, subject: `release ${place.release?.name}`, text }];
}

function listed(words: string, paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const more = paths.length > MOST_OPTIONS ? ` and ${paths.length - MOST_OPTIONS} more` : '';
  return `${words} ${paths.slice(0, MOST_OPTIONS).join(', ')}${more}`;
}
