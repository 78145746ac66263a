import { apiVersionOf } from '../../../model/object';
import { exitCodeOf, type Report, type ShownChange } from '../report';
import type { Place } from '../types';

/** A report for programs: everything in it, in the words of its text; as a summary without the changes. */
export function reportJson(report: Report, { summary = false }: { readonly summary?: boolean } = {}): object {
  const { before, after, reach, findings, changes } = report;
  return {
    before,
    after,
    result: ['same', 'different', 'unknown'][exitCodeOf(report)],
    ...(reach === undefined ? {} : { clusters: reach }),
    findings: findings.map(({ place, ...finding }) => ({ ...flat(place), ...finding })),
    ...(summary ? {} : { changes: changes.map(changeJson) }),
  };
}

function changeJson({ change, id, place, movedFrom, isHook, file, hunks }: ShownChange): object {
  return {
    ...flat(place),
    change,
    apiVersion: apiVersionOf(id),
    kind: id.kind,
    ...(id.namespace === '' ? {} : { namespace: id.namespace }),
    name: id.name,
    ...(movedFrom === undefined ? {} : { movedFrom: flat(movedFrom) }),
    ...(isHook ? { hook: true } : {}),
    file,
    diff: hunks.map(({ header, lines }) => `${[header, ...lines].join('\n')}\n`).join(''),
  };
}

function flat({ cluster, layer, release }: Place): object {
  return { cluster, ...(layer === '' ? {} : { layer }), ...(release === undefined ? {} : { release: release.name }) };
}
