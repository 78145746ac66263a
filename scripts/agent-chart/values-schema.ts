import { CHART_VALUES, type Schema } from './values';

/** What values the chart takes: none besides those it knows. */
export function valuesSchema(): Schema {
  const root = group();
  for (const { path, description, default: byDefault, schema } of CHART_VALUES) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let parent = root;
    for (const key of keys) {
      parent.properties[key] ??= group();
      parent = parent.properties[key] as Group;
    }
    parent.properties[last] = { description, ...schema, default: byDefault };
  }
  // Subcharts are given these.
  root.properties.global = { type: 'object' };
  const needsPath = { anyOf: [{ properties: { url: { maxLength: 0 } } }, { required: ['path'], properties: { path: { minLength: 1 } } }] };
  Object.assign(root.properties.git as Group, needsPath);
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: 'Values of fairlead-agent', ...root };
}

interface Group {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: Record<string, unknown>;
}

function group(): Group {
  return { type: 'object', additionalProperties: false, properties: {} };
}
