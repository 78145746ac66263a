import { exclusionList } from '../../src/images/exclusion-list';
import { isProblem } from '../../src/images/problem';

const kept = (tags: string[], patterns?: string[]) => {
  const list = exclusionList(patterns);
  return isProblem(list) ? list.problem : tags.filter(list.keeps);
};

test('signatures are left out where nothing is said', () => expect(kept(['1.0', 'sha256-ab.sig', 'sig'])).toEqual(['1.0', 'sig']));

test('any of the patterns leaves out, wherever it is found', () => expect(kept(['1.0-tmp', '1.0-wip', '1.0'], ['tmp', 'wip$'])).toEqual(['1.0']));

test('an empty list leaves out nothing', () => expect(kept(['a.sig'], [])).toEqual(['a.sig']));

test('a pattern that RE2 has not is named', () => expect(kept([], ['(?!a)'])).toContain("'(?!a)' is no regular expression of RE2"));
