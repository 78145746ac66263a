import type { Finding } from './finding';
import { fieldText } from './schema/field';

/** Object, field and what is wrong: `Deployment/dev/podinfo spec.replicas must be a whole number, is a string`. */
export function describeFinding({ object, field, message, release }: Finding): string {
  const origin = release && [`release ${release.name}`, release.chart, release.template].filter((text) => text !== undefined).join(', ');
  return [...(object ? [object] : []), ...(field.length > 0 ? [fieldText(field)] : []), message, ...(origin ? [`(${origin})`] : [])].join(' ');
}
