import { describeFinding } from '../../validate/describe-finding';
import type { Finding } from '../../validate/finding';
import { ruleOf } from '../../validate/rule-table';
import type { Report } from '../../validate/validate-tree';

const DOCUMENTATION = 'https://github.com/fairlead/fairlead/blob/main/docs/validate.md';

/** Findings as SARIF 2.1.0, which code scanning of forges shows beside the lines. @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function sarif({ findings }: Report): string {
  const { version } = require('../../../package.json') as { readonly version: string };
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'fairlead validate',
            semanticVersion: version,
            informationUri: DOCUMENTATION,
            rules: ids.map((id) => ruleIn(id, findings)),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.rule))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleIn(id: string, findings: readonly Finding[]): object {
  const rule = ruleOf(id);
  const severity = rule?.severity ?? findings.find((one) => one.rule === id)?.severity ?? 'error';
  return {
    id,
    shortDescription: { text: rule?.summary ?? `policy ${id}` },
    ...(rule && { help: { text: rule.remedy }, helpUri: `${DOCUMENTATION}#${id}` }),
    defaultConfiguration: { level: severity },
  };
}

function resultOf(finding: Finding, ruleIndex: number): object {
  const { rule, severity, file, line, object, remedy } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: remedy === '' ? describeFinding(finding) : `${describeFinding(finding)}: ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' },
          ...(line !== undefined && { region: { startLine: line } }),
        },
        ...(object !== undefined && { logicalLocations: [{ fullyQualifiedName: object, kind: 'resource' }] }),
      },
    ],
  };
}
