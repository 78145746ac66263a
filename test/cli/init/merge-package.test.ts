import { mergePackage } from '../../../src/cli/init/merge-package';

const wanted = JSON.stringify({
  name: 'platform',
  scripts: { test: 'tsx --test', synth: 'fairlead synth' },
  dependencies: { fairlead: '^1.0.0', cdk8s: '^2' },
  devDependencies: { typescript: '~6' },
});

test('what is there stays, and what is missing is added and named', () => {
  const existing = '{\n\t"name": "shop",\n\t"scripts": {\n\t\t"test": "jest"\n\t},\n\t"devDependencies": {\n\t\t"cdk8s": "2.0.0"\n\t}\n}\n';
  const { text, added } = mergePackage(existing, wanted)!;
  expect(JSON.parse(text)).toEqual({
    name: 'shop',
    scripts: { test: 'jest', synth: 'fairlead synth' },
    dependencies: { fairlead: '^1.0.0' },
    devDependencies: { cdk8s: '2.0.0', typescript: '~6' },
  });
  expect({ added, indentation: /\n(\s+)"name"/.exec(text)?.[1] }).toEqual({ added: ['script synth', 'fairlead', 'typescript'], indentation: '\t' });
});

test('a file that has all keeps its bytes', () => {
  const odd = JSON.stringify(JSON.parse(wanted));
  expect(mergePackage(odd, wanted)).toEqual({ text: odd, added: [] });
});

test.each(['', '[]', '{', 'null'])('what is no package.json is not touched: %j', (text) => {
  expect(mergePackage(text, wanted)).toBeUndefined();
});
