import { readFileSync } from 'node:fs';
import { type GitServerOptions, gitServer } from './git-server';

/** Entry of the Git server's own process: its port and a file with its options. */
const [port, file] = process.argv.slice(2);
gitServer(JSON.parse(readFileSync(file, 'utf8')) as GitServerOptions).listen(Number(port), '127.0.0.1');
