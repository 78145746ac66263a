import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { timestamp } from '../../common/timestamp';
import type { Hold } from '../../model/lock';

/** A hold in the words of a person; the file has one line for it. */
export function newHold(reason: string, by: string, at: Date): Hold {
  return { at: timestamp(at), by: oneLine(by).replaceAll(':', ' ').trim() || 'unknown', reason: oneLine(reason) };
}

/** Who works here: as Git would name them, else the user of the machine. */
export function currentPerson(folder: string): string {
  const { stdout } = spawnSync('git', ['config', 'user.name'], { cwd: folder, encoding: 'utf8' });
  return stdout?.trim() || process.env.USER || userInfo().username;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
