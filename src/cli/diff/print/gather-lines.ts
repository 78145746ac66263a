import { visible } from '../text/print-lines';
import type { Finding, Level, Place, Topic } from '../types';

export const TITLES: { readonly [topic in Topic]: string } = {
  problem: 'Cannot be compared',
  cluster: 'Clusters',
  deletion: 'Deletions',
  immutable: 'Fields that cannot change',
  crd: 'Custom resource definitions',
  rbac: 'Rights',
  image: 'Images',
  replicas: 'Replicas',
  chart: 'Charts',
  budget: 'Confirmations',
  option: 'Altered by a chart, without setting its option',
  suspended: 'Suspended',
  move: 'Moved and renamed',
};

export interface Topical {
  readonly topic: Topic;
  readonly lines: readonly Line[];
}

/** What holds of several places or several objects, said once. */
export interface Line {
  readonly level: Level;
  readonly text: string;
  readonly places: string;
}

const MOST_SUBJECTS = 10;
const MOST_PLACES = 4;

/** Findings as the lines of a summary: equal ones of several places together, then objects of which the same is said. */
export function gatherLines(findings: readonly Finding[]): Topical[] {
  const topics = new Map<Topic, Finding[]>();
  for (const finding of findings) topics.set(finding.topic, [...(topics.get(finding.topic) ?? []), finding]);
  return [...topics].map(([topic, found]) => ({ topic, lines: linesOf(found) }));
}

function linesOf(findings: readonly Finding[]): Line[] {
  const alike = groupBy(findings, ({ level, subject, text }) => [level, subject, text].join('\0'));
  const rows = alike.map((group) => ({ ...group[0], places: [...new Set(group.map(({ place }) => placeName(place)))] }));
  // Notes of problems are many and say the same: where, matters little.
  const isNote = ({ topic, level }: Finding) => topic === 'problem' && level === 'note';
  return groupBy(rows, (row) => [row.level, row.text, ...(isNote(row) ? [] : row.places)].join('\0')).map((group) => {
    const [{ level, text }] = group;
    const places = [...new Set(group.flatMap((row) => row.places))];
    const subjects = listed(
      group.map(({ subject }) => subject).filter((subject) => subject !== ''),
      MOST_SUBJECTS,
    );
    return { level, text: visible([subjects, text].filter((part) => part !== '').join(': ')), places: visible(listed(places, MOST_PLACES)) };
  });
}

export function placeName({ cluster, layer }: Place): string {
  return layer === '' ? cluster : `${cluster}/${layer}`;
}

export function listed(names: readonly string[], most: number): string {
  return names.length <= most + 1 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
