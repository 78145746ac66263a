import type { Engine } from '../../render/types';
import type { ImageUpdateAutomation } from './automation';
import type { FileChange } from './automation-edits';

const DEFAULT_MESSAGE = 'Update from image update automation';

/** First line of commits that edit locks alone; such a commit is told by it. */
export const RESYNTH_SUBJECT = 'Update locked versions: fairlead synth is due';

/** Throws `MessageTemplateInvalid`, `MessageFieldRemoved`. */
export async function messageFor(
  { metadata, spec }: ImageUpdateAutomation,
  changes: readonly FileChange[],
  base: string,
  engine: Pick<Engine, 'commitMessage'>,
): Promise<string> {
  const { messageTemplate: template = '', messageTemplateValues: values } = spec.git?.commit ?? {};
  if (template === '') return DEFAULT_MESSAGE;
  if (!template.includes('{{')) return template;
  const { namespace = '', name } = metadata;
  return engine.commitMessage(template, {
    automation: { namespace, name },
    values,
    changes: changes.map(({ file, object, part, policy, ...change }) => ({
      file: base !== '' && file.startsWith(`${base}/`) ? file.slice(base.length + 1) : file,
      object: { apiVersion: '', kind: '', namespace: '', name: '', ...object },
      oldValue: change.old,
      newValue: change.new,
      setter: part === undefined ? policy : `${policy}:${part}`,
    })),
  });
}

export function resynthMessage({ metadata }: ImageUpdateAutomation, changes: readonly FileChange[]): string {
  const lines = changes.map((change) => `- ${change.file}: ${change.old} -> ${change.new}`);
  const why = `The output has values that are computed from these versions, so ${metadata.namespace}/${metadata.name} edits the locks alone.`;
  return `${RESYNTH_SUBJECT}\n\n${why}\nRun fairlead synth on this branch, commit what it writes, and merge.\n\n${lines.join('\n')}\n`;
}
