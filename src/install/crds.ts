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

/** Of which kind a definition is. */
export interface Definition {
  readonly group: string;
  readonly plural: string;
}

/**
 * Definitions of the kinds an agent reconciles, by name. That of SealedSecrets belongs to whoever unseals; all others come always, since
 * manifests of any repository may hold their kinds.
 */
export function agentCrds(features?: AgentFeatures): readonly CrdFile[] {
  return agentDefinitions(features)
    .map(({ group, plural }) => ({
      name: `${plural}.${group}`,
      text: readFileSync(join(FOLDER, `${group}_${plural}.yaml`), 'utf8').replace(/^---\n/, ''),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The kinds of these definitions, by group. */
export function agentDefinitions({ sealedSecrets = true }: AgentFeatures = {}): readonly Definition[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml') && (sealedSecrets || !file.startsWith(kinds.SealedSecret.group)))
    .sort()
    .map((file) => {
      const [group, plural] = file.slice(0, -'.yaml'.length).split('_');
      return { group, plural };
    });
}

/** The same definition with one more annotation, without reading what is long. */
export function annotated(text: string, annotation: string, value: string): string {
  return text.replace(/^ {2}annotations:\n/m, (line) => `${line}    ${annotation}: ${value}\n`);
}
