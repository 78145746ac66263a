import type { Draft } from '../finding';
import { isMap, metadataOf, type RawObject } from '../manifest';

/** Name of a label or annotation: `app.kubernetes.io/name`. */
const KEY = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

/** Labels and annotations that are no strings: `"true"` without its quotes, which nothing takes. */
export function stringDrafts(object: RawObject): Draft[] {
  return eachEntry(object).flatMap(([field, key, value]): Draft[] =>
    typeof value === 'string' || value === null
      ? []
      : [{ rule: 'non-string-metadata', field: ['metadata', field, key], message: `must be a string, is a ${typeof value}` }],
  );
}

/** Labels and annotations that the API server refuses. */
export function metadataDrafts(object: RawObject): Draft[] {
  return eachEntry(object).flatMap(([field, key, value]): Draft[] => {
    const at = { rule: 'value', field: ['metadata', field, key] };
    if (!KEY.test(key))
      return [{ ...at, message: 'is no name for a label or annotation: at most 63 letters, digits, -, _ and . after an optional domain/' }];
    if (field === 'annotations' || typeof value !== 'string' || LABEL_VALUE.test(value)) return [];
    return [{ ...at, message: 'is no value for a label: at most 63 letters, digits, -, _ and ., with a letter or digit at both ends' }];
  });
}

function eachEntry(object: RawObject): ['labels' | 'annotations', string, unknown][] {
  const metadata = metadataOf(object);
  return (['labels', 'annotations'] as const).flatMap((field) => {
    const entries = metadata[field];
    return isMap(entries) ? Object.entries(entries).map(([key, value]): ['labels' | 'annotations', string, unknown] => [field, key, value]) : [];
  });
}
