import { relative } from 'node:path';
import { renderApp } from '../../synth/render-app';
import { findEntry } from '../entry';
import { loadApps } from '../load/load-app';
import { recordCreations } from './creation-places';

/** What of a program a file comes from. */
export interface InProgram {
  /** Path in the construct tree. */
  readonly construct: string;
  /** Where it is made, the innermost line first, from the working folder. */
  readonly places: readonly string[];
}

/**
 * Runs the program in memory and finds what makes a file. Undefined where nothing of it does.
 * @param file in the output folder, with `/`
 * @throws EntryMissing, SynthNotCalled, and whatever the program throws
 */
export async function findInProgram(cwd: string, file: string): Promise<InProgram | undefined> {
  const placesOf = recordCreations(findEntry(undefined, cwd));
  for (const { app } of await loadApps(cwd)) {
    const rendered = renderApp(app).files.find(({ path }) => path === file);
    if (rendered === undefined) continue;
    const construct = app.node.findAll().find(({ node }) => node.path === rendered.construct);
    const places = construct === undefined ? [] : placesOf(construct);
    return { construct: rendered.construct, places: places.map((place) => relative(cwd, place)) };
  }
  return undefined;
}
