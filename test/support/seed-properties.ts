import { fixedSeed } from './seed';

// Loaded before every file of tests, so that what is not needed stays unread.
if (fixedSeed !== undefined) {
  const { configureGlobal } = require('fast-check') as typeof import('fast-check');
  configureGlobal({ seed: fixedSeed });
}
