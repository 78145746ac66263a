import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of the test's own, with bare repositories below `repositories`. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-git-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

const WHO = ['-c', 'user.name=A Tester', '-c', 'user.email=tester@example.com'];

/** Commits to a bare repository as people would, through a work tree. */
export class Author {
  readonly bare: string;
  /** When commits are made. @default - now */
  date?: string;
  private readonly work: string;

  constructor(folder: string, name = 'repo') {
    this.bare = join(folder, 'repositories', `${name}.git`);
    this.work = join(folder, 'work', name);
    mkdirSync(this.bare, { recursive: true });
    this.git('init', '--quiet', '--bare', '--initial-branch=main', this.bare);
    this.git('--git-dir', this.bare, 'config', 'http.receivepack', 'true');
    mkdirSync(this.work, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main', this.work);
    // What is committed is stored where it is published, so that publishing is a matter of a reference.
    const info = join(this.work, '.git', 'objects', 'info');
    mkdirSync(info, { recursive: true });
    writeFileSync(join(info, 'alternates'), `${join(this.bare, 'objects')}\n`);
  }

  /** Writes files (`null` removes one), commits and pushes; the new commit's id. */
  commit(files: Readonly<Record<string, string | null>>, message = 'change', branch = 'main'): string {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.work, path);
      if (content === null) rmSync(target, { recursive: true });
      else {
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
    }
    this.inWork('add', '-A');
    this.inWork('commit', '--quiet', '--allow-empty', '-m', message);
    return this.push(branch);
  }

  /** Publishes HEAD, and gives its id. */
  push(branch = 'main'): string {
    const id = this.inWork('rev-parse', 'HEAD');
    this.git('--git-dir', this.bare, 'update-ref', `refs/heads/${branch}`, id);
    return id;
  }

  tag(name: string, annotated = false): void {
    this.inWork('tag', ...(annotated ? ['-a', '-m', name] : []), name);
    this.inWork('push', '--quiet', this.bare, `refs/tags/${name}`);
  }

  /** Any git command in the work tree. */
  inWork(...args: string[]): string {
    return this.git('-C', this.work, ...args);
  }

  private git(...args: string[]): string {
    const environment = {
      GIT_OBJECT_DIRECTORY: join(this.bare, 'objects'),
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      ...(this.date === undefined ? {} : { GIT_COMMITTER_DATE: this.date }),
    };
    return execFileSync('git', [...WHO, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
      .toString()
      .trim();
  }
}

/** Serves bare repositories by git's own HTTP backend, on loopback. */
export class GitServer {
  /** Seen so far: method, path and Authorization header. */
  readonly requests: { readonly path: string; readonly authorization?: string }[] = [];
  /** The header that lets in. Undefined: everybody. */
  authorization?: string;
  /** While set, requests are answered with this status. */
  broken?: number;
  /** While set, requests are not answered at all. */
  silent = false;

  private constructor(
    private readonly server: Server,
    private readonly root: string,
  ) {}

  static async start(folder: string): Promise<GitServer> {
    const server = createServer();
    const self = new GitServer(server, join(folder, 'repositories'));
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      self.requests.push({ path: url.pathname, authorization: request.headers.authorization });
      if (self.silent) return;
      if (self.broken !== undefined) return void response.writeHead(self.broken).end();
      if (self.authorization !== undefined && request.headers.authorization !== self.authorization) {
        return void response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
      }
      const backend = spawn('git', ['http-backend'], {
        env: {
          PATH: process.env.PATH,
          GIT_PROJECT_ROOT: self.root,
          GIT_HTTP_EXPORT_ALL: '1',
          GIT_CONFIG_GLOBAL: '/dev/null',
          PATH_INFO: url.pathname,
          QUERY_STRING: url.search.slice(1),
          REQUEST_METHOD: request.method,
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
          ...(request.headers['content-encoding'] === undefined ? {} : { HTTP_CONTENT_ENCODING: String(request.headers['content-encoding']) }),
        },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      request.pipe(backend.stdin);
      backend.stdin.on('error', () => undefined);
      let head = Buffer.alloc(0);
      const onData = (chunk: Buffer) => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const headers = Object.fromEntries(
          head
            .subarray(0, end)
            .toString()
            .split('\r\n')
            .map((line) => line.split(': ') as [string, string]),
        );
        response.writeHead(Number.parseInt(headers.Status ?? '200', 10), headers);
        response.write(head.subarray(end + 4));
        backend.stdout.off('data', onData);
        backend.stdout.pipe(response);
      };
      backend.stdout.on('data', onData);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  url(name = 'repo'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${name}.git`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
