import { describeFinding } from '../../validate/describe-finding';
import type { Finding } from '../../validate/finding';
import type { Report } from '../../validate/validate-tree';

/** Findings as JUnit has them: a suite for each file, a case for each finding; warnings are cases that were skipped. */
export function junit({ findings, objects }: Report): string {
  const files = [...new Set(findings.map(({ file }) => file))];
  const suites = files.map((file) =>
    suiteOf(
      file,
      findings.filter((one) => one.file === file),
    ),
  );
  const passed = suiteText('fairlead validate', [`    <testcase name="${objects} objects" classname="fairlead validate"/>`], 0, 0);
  const all = counts(findings);
  const total = `tests="${findings.length + 1}" failures="${all.failures}" errors="0" skipped="${all.skipped}"`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="fairlead validate" ${total}>`, passed, ...suites, '</testsuites>', ''].join(
    '\n',
  );
}

function suiteOf(file: string, findings: readonly Finding[]): string {
  const { failures, skipped } = counts(findings);
  return suiteText(file, findings.map(caseOf), failures, skipped);
}

function suiteText(name: string, cases: readonly string[], failures: number, skipped: number): string {
  const attributes = `name="${escaped(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [`  <testsuite ${attributes}>`, ...cases, '  </testsuite>'].join('\n');
}

function caseOf(finding: Finding): string {
  const { rule, severity, object, file, line, remedy } = finding;
  const text = escaped(describeFinding(finding));
  const place = escaped(line === undefined ? file : `${file}:${line}`);
  const inside =
    severity === 'error'
      ? `      <failure type="${escaped(rule)}" message="${text}">${escaped(remedy)}\n${place}</failure>`
      : `      <skipped message="${text}"/>`;
  return `    <testcase name="${escaped(`${object ?? file} ${rule}`)}" classname="${escaped(file)}">\n${inside}\n    </testcase>`;
}

function counts(findings: readonly Finding[]): { failures: number; skipped: number } {
  const failures = findings.filter(({ severity }) => severity === 'error').length;
  return { failures, skipped: findings.length - failures };
}

/** XML has no other control characters than these, however they are written. */
function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\n/g, '&#10;')
    .replace(/[^\t\x20-\uFFFD]/gu, (character) => (character.length > 1 ? character : '?'));
}
