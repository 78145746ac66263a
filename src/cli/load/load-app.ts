import { errors } from '../../common/errors';
import { restoreEmptied } from '../../synth/restore-emptied';
import { synthRoot } from '../../synth/root';
import { type SynthApp, synthSession } from '../../synth/session';
import type { SynthOptions } from '../../synth/synth-options';
import { findEntry } from '../entry';
import { endOnFaults } from '../print-error';
import { loadProgram } from './load-program';

/** A program's app as its `synth()` was called, with nothing written yet. */
export interface LoadedApp {
  readonly app: SynthApp;
  readonly options: SynthOptions;
}

/**
 * Runs the program of a folder to its end and gives what it wanted to synthesize.
 * @throws EntryMissing, SynthNotCalled, and whatever the program throws
 */
export async function loadApps(cwd: string): Promise<readonly LoadedApp[]> {
  const entry = findEntry(undefined, cwd);
  synthSession.root = synthRoot(entry);
  restoreEmptied(synthSession.root);
  const apps: LoadedApp[] = [];
  synthSession.onSynth = (app, options) => apps.push({ app, options });
  endOnFaults();
  await loadProgram(entry);
  if (apps.length === 0) await ended();
  synthSession.onSynth = undefined;
  if (apps.length === 0) throw errors.SynthNotCalled({ entry });
  return apps;
}

/** What the program awaits goes on after its main file has run. */
function ended(): Promise<void> {
  return new Promise((resolve) => process.once('beforeExit', () => resolve()));
}
