import { JsonFile, javascript, typescript } from 'projen';

const project = new typescript.TypeScriptProject({
  name: 'fairlead',
  description: 'Kubernetes environments in TypeScript, kept equal to Git by one small agent per cluster',
  authorName: 'The fairlead authors',
  license: 'Apache-2.0',
  copyrightOwner: 'The fairlead authors',
  defaultReleaseBranch: 'main',
  keywords: ['cdk8s', 'kubernetes', 'gitops', 'flux', 'helm', 'constructs'],
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.19.0',
  typescriptVersion: '~6.0.3',

  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },
  sampleCode: false,
  github: false,
  release: false,
  depsUpgrade: false,
  package: false,
  eslint: false,
  licensed: true,
  artifactsDirectory: 'pkg', // dist/ is what users commit

  entrypoint: 'lib/index.js',
  entrypointTypes: 'lib/index.d.ts',
  bin: { fairlead: 'lib/cli/main.js' },

  peerDeps: ['cdk8s@^2.70.106', 'constructs@^10.8.1'],
  deps: [
    '@peculiar/x509@^2.2.0',
    'commander@^14.0.3',
    'diff@^9.0.0',
    'esbuild@^0.28.2',
    'js-yaml@^4.1.1',
    're2js@^2.10.0',
    'reflect-metadata@^0.2.2',
    'yaml@^2.9.1',
  ],
  devDeps: [
    '@swc/core@^1.16.22',
    '@swc/jest@^0.2.39',
    '@types/jest@^30',
    '@types/js-yaml@^4',
    '@types/node@^20.19',
    'ajv@^8.20.0',
    'cdk8s-cli@^2.207.60',
    'cdk8s-plus-27@^2.9.5',
    'fast-check@^4.10.2',
    'jest@^30',
  ],

  tsconfig: {
    compilerOptions: {
      target: 'ES2023',
      lib: ['ES2023'],
      module: 'node16',
      moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
      isolatedModules: true,
      noUncheckedIndexedAccess: false,
      skipLibCheck: true,
      sourceMap: false,
      inlineSourceMap: false,
      inlineSources: false,
      experimentalDecorators: false,
    },
  },

  jest: false, // projen's jest brings ts-jest, which type-checks file by file; swc only transpiles

  biome: true,
  biomeOptions: {
    version: '^2.6.8',
    biomeConfig: {
      files: { includes: ['bench/**', 'demo/**', 'examples/**', 'scripts/**', 'templates/**'] },
      formatter: { indentStyle: javascript.biome_config.IndentStyle.SPACE, indentWidth: 2, lineWidth: 150 },
      javascript: { formatter: { quoteStyle: javascript.biome_config.QuoteStyle.SINGLE } },
      linter: {
        rules: {
          style: { noNonNullAssertion: 'off' },
          correctness: { noUnusedImports: 'error', noUnusedVariables: 'error' },
        },
      },
    },
  },

  gitignore: ['/lib/', '/pkg/', '/engine/bin/', '.DS_Store', '/bench/results/', '*.tsbuildinfo'],
  npmignoreEnabled: true,
});

project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './package.json': './package.json',
  './schemas/*': './schemas/*',
});

// Patterns count in order, so exceptions come last.
for (const pattern of ['**/dist', '**/*.json', '**/*.md', '**/*.yaml', 'src/constructs/imports']) project.biome?.addFilePattern(`!${pattern}`);

project.gitattributes.addAttributes('/crds/*.yaml', 'linguist-generated');
project.gitattributes.addAttributes('/src/constructs/imports/*.ts', 'linguist-generated');

// dist/ holds what users commit; projen ignores it by default.
project.gitignore.removePatterns('/dist/');

// The engine's module and schemas ship with the package; its sources, tests, benchmarks and examples do not.
for (const path of [
  '/engine/*',
  '!/engine/wasm-host.js',
  '!/engine/bin/',
  '/engine/bin/*',
  '!/engine/bin/wasip1-wasm/',
  '/engine/bin/wasip1-wasm/*.stamp',
  '/pkg/',
  '/bench/',
  '/demo/',
  '/docs/adr/',
  '/examples/',
  '/.ci/',
  '/biome.jsonc',
  '/jest.config.json',
  '/scripts/*.ts',
  '/scripts/*/',
  '/.npmrc',
  '/cdk8s.yaml',
  '/charts/',
  '/Containerfile',
  '/.containerignore',
])
  project.npmignore?.exclude(path);

new javascript.TypescriptConfig(project, {
  fileName: 'tsconfig.all.json',
  extends: javascript.TypescriptConfigExtends.fromTypescriptConfigs([project.tsconfig!]),
  include: [
    '.projenrc.ts',
    'src/**/*.ts',
    'test/**/*.ts',
    'bench/**/*.ts',
    'demo/**/*.ts',
    'examples/**/*.ts',
    'scripts/**/*.ts',
    'templates/**/*.ts',
  ],
  compilerOptions: { noEmit: true, rootDir: '.', paths: { fairlead: ['./src/index.ts'] } },
});

new JsonFile(project, 'jest.config.json', {
  obj: {
    testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
    transform: { '\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript', decorators: false } } }] },
    moduleNameMapper: { '^fairlead$': '<rootDir>/src/index.ts' },
    modulePathIgnorePatterns: ['<rootDir>/lib/'],
    watchPathIgnorePatterns: ['<rootDir>/lib/'],
    globalSetup: '<rootDir>/test/support/build-binaries.ts',
    setupFiles: ['<rootDir>/test/support/seed-properties.ts'],
    // Nothing that is well waits so long, on machines that are slow and busy either.
    testTimeout: 120_000,
  },
});

// One pass of tsc types everything the tests use; jest itself only transpiles.
const types = project.addTask('types', { description: 'Type-checks sources, tests, benchmarks and examples', exec: 'tsc -p tsconfig.all.json' });
const engine = project.addTask('build:engine', { description: 'Builds the Go engine for this machine', exec: 'node scripts/build-engine.js' });
project.compileTask.prependSpawn(engine);

project.testTask.reset();
project.testTask.spawn(types);
project.testTask.exec('jest --ci', { receiveArgs: true });
project.testTask.description = 'Type-checks, then runs every test, those against the test bed included';
project.testTask.prependSpawn(project.compileTask);

project.addTask('test:unit', {
  description: 'Runs the tests that need no test bed and do not start the command line, with fewer cases of properties',
  exec: 'jest --ci --testPathIgnorePatterns "[.](bed|process)[.]test" --maxWorkers=100%',
  env: { FAIRLEAD_RUNS: '0.2' },
  receiveArgs: true,
});
project.addTask('test:process', {
  description: 'Runs the tests that start the command line and need no test bed',
  exec: 'jest --ci --testPathPatterns "[.]process[.]test" --maxWorkers=100%',
  receiveArgs: true,
});
project.addTask('lint', { description: 'Lints and checks formatting', exec: 'biome ci .' });
project.addTask('format', { description: 'Formats and applies safe fixes', exec: 'biome check --write .' });
project.addTask('demo', {
  description: 'Boots a real control plane and runs the podinfo example on it',
  steps: [{ spawn: 'compile' }, { exec: 'tsx demo/main.ts', receiveArgs: true }],
});
project.addTask('bench', {
  description: 'Benchmarks, one JSON object per line',
  steps: [{ spawn: 'compile' }, { exec: 'tsx bench/main.ts', receiveArgs: true }],
});
project.addTask('pack', {
  description: 'Makes the npm packages in pkg/: the main one with the engine as a module, and one with the native engine for each platform',
  steps: [{ spawn: 'compile' }, { exec: 'tsx scripts/pack.ts', receiveArgs: true }],
});
project.addTask('generate', {
  description: 'Regenerates CRDs and their L1 constructs from the pinned upstream modules',
  exec: 'tsx scripts/generate.ts',
  receiveArgs: true,
});

project.synth();
