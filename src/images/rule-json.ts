import type { ImageRule } from '../model/image-rule';
import type { RuleProblem } from './problem';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isPattern: Check = (value) => hasFields(value, { glob: isText, regexp: isText });
const FIELDS: Readonly<Record<keyof ImageRule, Check>> = {
  order: isText,
  range: isText,
  direction: isText,
  filter: isPattern,
  extract: isText,
  exclude: (value) => Array.isArray(value) && value.every(isPattern),
};

/** Reads a rule. A field it does not know makes it unreadable: left out, the rule could choose something else. */
export function ruleOfJson(text: string): ImageRule | RuleProblem {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `no JSON: ${(error as Error).message}` };
  }
  return hasFields(value, FIELDS) && 'order' in value ? (value as unknown as ImageRule) : { problem: `no rule: ${text}` };
}

function hasFields(value: unknown, fields: Readonly<Record<string, Check>>): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, field]) => Object.hasOwn(fields, name) && fields[name](field));
}
