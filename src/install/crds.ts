import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../model/kinds';
import type { AgentFeatures } from './types';

const FOLDER = join(__dirname, '..', '..', 'crds');

/** A CustomResourceDefinition as its project prints it. */
export interface CrdFile {
  /** Such as `gitrepositories.source.toolkit.fluxcd.io`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Definitions of the kinds an agent reconciles, by name. That of SealedSecrets belongs to whoever unseals; all others come always, since
 * manifests of any repository may hold their kinds.
 */
export function agentCrds({ sealedSecrets = true }: AgentFeatures = {}): readonly CrdFile[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml') && (sealedSecrets || !file.startsWith(kinds.SealedSecret.group)))
    .map((file) => ({ name: nameOf(file), text: readFileSync(join(FOLDER, file), 'utf8').replace(/^---\n/, '') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The same definition with one more annotation, without reading what is long. */
export function annotated(text: string, annotation: string, value: string): string {
  return text.replace(/^ {2}annotations:\n/m, (line) => `${line}    ${annotation}: ${value}\n`);
}

/** Files are `<group>_<plural>.yaml`. */
function nameOf(file: string): string {
  const [group, plural] = file.slice(0, -'.yaml'.length).split('_');
  return `${plural}.${group}`;
}
