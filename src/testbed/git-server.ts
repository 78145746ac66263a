import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type GitRequest, isAuthorized, routeGit } from './git-route';

export interface GitServerOptions {
  /** Folder of the bare repositories. */
  readonly root: string;
  /** Asked for by basic authentication. @default - anyone may fetch and push */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** Git's own `http-backend` behind an HTTP server: fetch and push of every bare repository below the root. */
export function gitServer(options: GitServerOptions): Server {
  return createServer((request, response) => {
    if (request.url === '/healthz') return void response.end('ok');
    if (options.credentials && !isAuthorized(request.headers.authorization, options.credentials)) {
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    }
    const route = routeGit(request.method ?? '', request.url ?? '');
    if (!route) return void response.writeHead(404).end();
    serve(options, route, request, response);
  });
}

function serve(options: GitServerOptions, route: GitRequest, request: IncomingMessage, response: ServerResponse): void {
  const { headers } = request;
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: options.root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      GIT_PROJECT_ROOT: options.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method,
      PATH_INFO: `/${route.repository}${route.path}`,
      QUERY_STRING: route.query,
      REMOTE_USER: options.credentials?.username ?? 'anonymous',
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: headers['content-length'] }),
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    },
  });
  backend.once('error', () => response.writeHead(500).end());
  backend.stdin.on('error', () => undefined); // it may answer before it has read everything
  request.pipe(backend.stdin);
  response.once('close', () => backend.kill());

  let head = Buffer.alloc(0);
  const onHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', onHead);
    const { status, fields } = parseHead(head.toString('latin1', 0, end));
    response.writeHead(status, fields);
    response.write(head.subarray(end + 4));
    backend.stdout.pipe(response);
  };
  backend.stdout.on('data', onHead);
  backend.once('close', () => {
    if (!response.headersSent) response.writeHead(500).end();
  });
}

/** Header of a CGI answer: the status is one of its fields. */
export function parseHead(text: string): { status: number; fields: Record<string, string> } {
  const fields: Record<string, string> = {};
  let status = 200;
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else fields[name] = value;
  }
  return { status, fields };
}
