import { testCommittedOutput } from '../../test/support/example';

testCommittedOutput(__dirname);
