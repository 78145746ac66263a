import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A Go program of the tests, which reads one JSON text and prints another. It is built before the tests of the file.
 * @param folder of its module
 */
export function useGoProgram<Question, Answer>(folder: string): (question: Question) => Answer {
  let scratch: string;
  let binary: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'fairlead-go-'));
    binary = join(scratch, 'program');
    execFileSync('go', ['build', '-o', binary, '.'], { cwd: folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' } });
  }, 900_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  return (question) => JSON.parse(execFileSync(binary, { input: JSON.stringify(question), maxBuffer: 1 << 29, encoding: 'utf8' })) as Answer;
}
