import { join } from 'node:path';
import fc from 'fast-check';
import { type Choice, choose } from '../../src/images/choose';
import { fluxFieldsOf } from '../../src/images/flux-policy';
import { isProblem, type RuleProblem } from '../../src/images/problem';
import { useGoProgram } from '../support/go-program';
import { POLICIES, type PolicyCase } from './policies-arbitrary';

interface Answer {
  /** Several where Flux leaves it to chance. */
  readonly tags?: readonly string[];
  readonly invalid?: string;
  readonly error?: string;
}

const ask = useGoProgram<readonly unknown[], readonly Answer[]>(join(__dirname, 'flux-policies'));
const askFlux = (cases: readonly PolicyCase[]) => ask(cases.map(({ rule, tags }) => ({ ...fluxFieldsOf(rule), tags })));
const chosen = ({ rule, tags }: PolicyCase): Choice | RuleProblem => choose(rule, tags, () => undefined);
const tagOf = (choice: Choice | RuleProblem) => (isProblem(choice) ? undefined : choice.tag);

test.each(Object.entries(POLICIES))('%s chooses what Flux chooses', (_, policies) => {
  const all = fc.sample(policies, 4000);
  const stopped: PolicyCase[] = [];
  let some = 0;
  for (const [index, answer] of askFlux(all).entries()) {
    const ours = chosen(all[index]);
    const about = JSON.stringify({ ...all[index], answer, ours });
    if (isProblem(ours)) expect([about, answer.invalid]).toEqual([about, expect.any(String)]);
    else if (answer.error?.includes('invalid numeric value')) stopped.push(all[index]);
    else if (answer.error) expect([about, ours.tag]).toEqual([about, undefined]);
    else {
      some++;
      const numberless = ours.skipped.filter(({ reason }) => reason === 'no number');
      expect([about, answer.tags, numberless]).toEqual([about, expect.arrayContaining([ours.tag]), []]);
    }
  }
  expect(some + stopped.length).toBeGreaterThan(500);

  // Flux gives up on the first tag that is no number. Without those it agrees.
  const numbers = stopped.map(({ rule, tags }) => ({ rule, tags: tags.filter((tag) => tagOf(chosen({ rule, tags: [tag] })) === tag) }));
  for (const [index, answer] of askFlux(numbers).entries()) {
    const ours = tagOf(chosen(stopped[index]));
    const about = JSON.stringify({ ...stopped[index], answer, ours });
    expect([about, answer.tags ?? [undefined]]).toEqual([about, expect.arrayContaining([ours])]);
    expect([about, numbers[index].tags.length]).not.toEqual([about, stopped[index].tags.length]);
  }
});
