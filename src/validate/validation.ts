import { resolve } from 'node:path';
import { errors } from '../common/errors';
import type { Finding } from './finding';
import { Policy } from './policy/policy';

/** `properties` of the plugin in cdk8s.yaml. */
export interface ValidationProps {
  /**
   * Version of the clusters, such as `1.36`.
   * @default - what the manifests say, else the newest whose schemas ship
   */
  readonly kubernetesVersion?: string;

  /**
   * Version to go to: what it does not serve any more fails.
   * @default - none
   */
  readonly against?: string;

  /**
   * JavaScript file whose default export is a list of policies, from the working folder. `fairlead validate` takes TypeScript too.
   * @default - none
   */
  readonly policies?: string;

  /**
   * Warnings fail too.
   * @default false
   */
  readonly strict?: boolean;
}

/** What the cdk8s CLI gives a validation plugin, as far as it is used. */
interface ValidationContext {
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: {
      ruleName: string;
      recommendation: string;
      fix: string;
      violatingResources: readonly { resourceName: string; locations: readonly string[]; manifestPath: string }[];
    }): void;
    submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
  };
}

/**
 * The rules of `fairlead validate` as a plugin of `cdk8s synth`: in cdk8s.yaml
 *
 * ```yaml
 * validations:
 *   - package: ./node_modules/fairlead
 *     version: 0.1.0
 *     class: Validation
 * ```
 *
 * @see https://cdk8s.io/docs/latest/cli/synth/#validations
 */
export class Validation {
  constructor(private readonly props: ValidationProps = {}) {}

  /** Called by the cdk8s CLI after it has synthesized. Charts are those of the repository: nothing is fetched. */
  public async validate({ manifests, report }: ValidationContext): Promise<void> {
    const { kubernetesVersion, against, strict = false } = this.props;
    // Loaded when it is used: programs import this class with everything else.
    const { validateFiles } = require('./validate-files') as typeof import('./validate-files');
    const findings = await validateFiles(manifests, { kubernetesVersion, against, policies: this.policies() });
    for (const [rule, ofRule] of byRule(findings)) report.addViolation(violationOf(rule, ofRule));
    const isBad = findings.some(({ severity }) => strict || severity === 'error');
    report.submit(isBad ? 'failure' : 'success', { findings: String(findings.length) });
  }

  private policies(): readonly Policy[] {
    const { policies: file } = this.props;
    if (file === undefined) return [];
    const exported = require(resolve(file)) as { readonly default?: unknown };
    const policies = exported.default ?? exported;
    if (!Array.isArray(policies) || !policies.every(Policy.isPolicy)) throw errors.PoliciesInvalid({ file });
    return policies;
  }
}

function byRule(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.rule, [...(groups.get(finding.rule) ?? []), finding]);
  return groups;
}

function violationOf(rule: string, findings: readonly Finding[]) {
  const { describeFinding } = require('./describe-finding') as typeof import('./describe-finding');
  return {
    ruleName: `${rule} (${findings[0].severity})`,
    recommendation: findings.map(describeFinding).slice(0, 10).join('\n    '),
    fix: findings[0].remedy,
    violatingResources: findings.map(({ object = '', file, line, field, message }) => ({
      // The CLI knows constructs by the names of their objects.
      resourceName: object.slice(object.lastIndexOf('/') + 1),
      locations: [[...(line === undefined ? [] : [`line ${line}`]), field.join('.'), message].filter((text) => text !== '').join(': ')],
      manifestPath: file,
    })),
  };
}
