import { gzipSync } from 'node:zlib';
import { errors } from '../../src/common/errors';
import { readBody } from '../../src/oci/body';
import { RateLimits, retryAfterMsOf } from '../../src/oci/rate-limits';
import { Transport } from '../../src/oci/transport';
import { FakeRegistry, useFakeRegistry } from './fake-registry';

const registry = useFakeRegistry();
let transport: Transport;
beforeEach(() => {
  transport = new Transport({ rateLimits: new RateLimits(1500) });
});
afterEach(() => transport.close());

test('an answer is given with its status, whatever it is', async () => {
  registry().answer = (_, response) => response.writeHead(404, { 'x-why': 'gone' }).end('no');
  expect(await transport.get(`${registry().url}/a?b=c`)).toMatchObject({ status: 404, headers: { 'x-why': 'gone' }, body: Buffer.from('no') });
  expect(registry().requests).toEqual(['GET /a?b=c']);
});

test('a body without end is given up at the limit', async () => {
  registry().answer = (_, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(65536)));
    };
    response.on('drain', more);
    more();
  };
  const asked = transport.get(`${registry().url}/v2/a/tags/list`, { limit: 2 ** 20 });
  await expect(asked).rejects.toThrow(`${registry().url}/v2/a/tags/list sent more than 1 MiB`);
});

test('a body that says it is too large is not read', async () => {
  registry().answer = (_, response) => response.writeHead(200, { 'content-length': 2_000_000 }).write('x');
  await expect(transport.get(registry().url, { limit: 1_000_000 })).rejects.toMatchObject({ code: errors.RegistryAnswerTooLarge.code });
});

test('the size of a large blob is no reason to refuse its headers', async () => {
  registry().answer = (_, response) => response.writeHead(200, { 'content-length': 2_000_000 }).end();
  expect(await transport.head(registry().url, { limit: 1 })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
});

test('compressed bodies are read, and their size after that counts', async () => {
  registry().answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a'.repeat(100_000)));
  expect((await transport.get(registry().url)).body).toHaveLength(100_000);
  await expect(transport.get(registry().url, { limit: 50_000 })).rejects.toMatchObject({ code: errors.RegistryAnswerTooLarge.code });
  expect((await transport.get(registry().url, { raw: true })).body).toEqual(gzipSync('a'.repeat(100_000)));
});

test('broken compression is an error that says so', async () => {
  registry().answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
  await expect(transport.get(registry().url)).rejects.toMatchObject({ code: errors.RegistryAnswerInvalid.code });
});

test('compression is only asked for where the caller wants it', async () => {
  const asked: unknown[] = [];
  registry().answer = (request, response) => {
    asked.push(request.headers['accept-encoding']);
    response.end();
  };
  await transport.get(registry().url);
  await transport.get(registry().url, { compressed: true });
  expect(asked).toEqual(['identity', 'gzip']);
});

test('a server that never answers meets the deadline', async () => {
  registry().answer = () => {};
  await expect(transport.get(registry().url, { timeoutMs: 50 })).rejects.toMatchObject({ code: errors.RegistryTimeout.code });
});

test('a server that drips bytes meets the deadline too', async () => {
  registry().answer = (_, response) => {
    const timer = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(timer));
  };
  const read = transport.getStream(registry().url, { timeoutMs: 100 }).then(({ body }) => readBody(body));
  await expect(read).rejects.toMatchObject({ code: errors.RegistryTimeout.code });
});

test('a server that falls silent meets the idle deadline', async () => {
  registry().answer = (_, response) => response.write('x');
  await expect(transport.get(registry().url, { idleMs: 50 })).rejects.toThrow('sent nothing within 0.05 s');
});

test('an abort ends the request with its reason', async () => {
  const stop = new AbortController();
  registry().answer = () => stop.abort(new Error('shutting down'));
  await expect(transport.get(registry().url, { signal: stop.signal })).rejects.toThrow('shutting down');
});

test('a body that nobody reads can be destroyed and holds no connection', async () => {
  const closed = new Promise<void>((resolve) => {
    registry().answer = (_, response) => {
      response.on('close', resolve);
      response.write('x');
    };
  });
  (await transport.getStream(registry().url)).body.destroy();
  await closed;
});

test('answers that nobody reads give their connections back', async () => {
  registry().answer = (_, response) => response.end();
  for (let count = 0; count < 20; count++) (await transport.getStream(registry().url)).body.destroy();
  expect(registry().requests).toHaveLength(20);
});

test('short answers that nobody reads keep their connection', async () => {
  const sockets = new Set<unknown>();
  let end = () => {};
  registry().answer = (request, response) => {
    sockets.add(request.socket);
    response.writeHead(404, { 'content-length': 5 }).flushHeaders();
    end = () => response.end('gone!');
  };
  for (let count = 0; count < 50; count++) {
    const { body } = await transport.getStream(registry().url);
    await new Promise((resolve) => body.once('close', resolve).destroy());
    end();
    await new Promise(setImmediate);
  }
  expect(sockets.size).toBeLessThan(50);
});

test('a connection that breaks is tried once more', async () => {
  registry().answer = (request, response) => (registry().requests.length === 1 ? request.socket.destroy() : response.end('well'));
  expect((await transport.get(registry().url)).body.toString()).toBe('well');
  registry().answer = (request) => request.socket.destroy();
  await expect(transport.get(registry().url)).rejects.toMatchObject({ code: errors.RegistryUnreachable.code });
  expect(registry().requests).toHaveLength(4);
});

test('a server that fails is asked once more, and its second answer stands', async () => {
  registry().answer = (_, response) => response.writeHead(registry().requests.length === 1 ? 502 : 500).end();
  expect((await transport.get(registry().url)).status).toBe(500);
  expect(registry().requests).toHaveLength(2);
});

test('a form is never sent twice', async () => {
  registry().answer = (_, response, body) => response.writeHead(500).end(body);
  expect((await transport.post(registry().url, new URLSearchParams({ a: 'b' }))).body.toString()).toBe('a=b');
  expect(registry().requests).toEqual(['POST /']);
});

test('nobody at the address is an error that names it', async () => {
  await registry().stop();
  await expect(transport.get(`${registry().url}/v2/`)).rejects.toThrow(`cannot reach ${registry().url}/v2/`);
});

test('an https address that speaks http is an error that says so', async () => {
  await expect(transport.get(`https://${registry().host}/`)).rejects.toThrow('it does not speak TLS as we do (wrong version number)');
});

describe('redirects', () => {
  let other: FakeRegistry;
  beforeEach(async () => {
    other = await FakeRegistry.start((_, response) => response.end('here'));
  });
  afterEach(() => other.stop());

  test('another host gets no credentials', async () => {
    registry().answer = (_, response) => response.writeHead(307, { location: `${other.url}/blob` }).end();
    const answer = await transport.get(registry().url, { authorization: 'Basic abc' });
    expect([answer.body.toString(), answer.url.href, registry().authorizations, other.authorizations]).toEqual([
      'here',
      `${other.url}/blob`,
      ['Basic abc'],
      [undefined],
    ]);
  });

  test('another host gets them where the user says so', async () => {
    registry().answer = (_, response) => response.writeHead(302, { location: other.url }).end();
    await transport.get(registry().url, { authorization: 'Basic abc', access: { passCredentials: true } });
    expect(other.authorizations).toEqual(['Basic abc']);
  });

  test('the same host gets them', async () => {
    registry().answer = (request, response) => (request.url === '/' ? response.writeHead(301, { location: 'to' }).end() : response.end());
    await transport.get(registry().url, { authorization: 'Basic abc' });
    expect([registry().requests, registry().authorizations]).toEqual([
      ['GET /', 'GET /to'],
      ['Basic abc', 'Basic abc'],
    ]);
  });

  test('a loop ends', async () => {
    registry().answer = (_, response) => response.writeHead(302, { location: '/' }).end();
    await expect(transport.get(registry().url)).rejects.toThrow('more than 10 redirects');
  });

  test.each(['ftp://x/', 'file:///etc/passwd', 'http://['])('to %s is refused', async (location) => {
    registry().answer = (_, response) => response.writeHead(302, { location }).end();
    await expect(transport.get(registry().url)).rejects.toMatchObject({ code: errors.RegistryRedirectRefused.code });
  });
});

describe('rate limits', () => {
  test('a short wait is waited', async () => {
    registry().answer = (_, response) =>
      registry().requests.length === 1 ? response.writeHead(429, { 'retry-after': '1' }).end() : response.end('now');
    expect((await transport.get(registry().url)).body.toString()).toBe('now');
  });

  test('a long wait is an error that says when to come again, for everyone who asks that host', async () => {
    registry().answer = (_, response) => response.writeHead(429, { 'retry-after': '120' }).end();
    const error = await transport.get(`${registry().url}/a`).catch((it) => it);
    expect([error.code, retryAfterMsOf(error)! > 110_000]).toEqual([errors.RegistryRateLimited.code, true]);
    await expect(transport.get(`${registry().url}/b`)).rejects.toMatchObject({ code: errors.RegistryRateLimited.code });
    expect(registry().requests).toEqual(['GET /a']);
  });

  test('a host that never relents is left alone', async () => {
    registry().answer = (_, response) => response.writeHead(429, { 'retry-after': '0' }).end();
    await expect(transport.get(registry().url)).rejects.toMatchObject({ code: errors.RegistryRateLimited.code });
    expect(registry().requests).toHaveLength(3);
  });

  test('503 with a time is a rate limit, without one it is a failure', async () => {
    registry().answer = (_, response) => response.writeHead(503).end();
    expect((await transport.get(registry().url)).status).toBe(503);
    registry().answer = (_, response) => response.writeHead(503, { 'retry-after': '60' }).end();
    await expect(transport.get(registry().url)).rejects.toMatchObject({ code: errors.RegistryRateLimited.code });
  });

  test('waiting can be aborted', async () => {
    const stop = new AbortController();
    registry().answer = (_, response) => response.writeHead(429, { 'retry-after': '1' }).end(() => stop.abort(new Error('enough')));
    await expect(transport.get(registry().url, { signal: stop.signal })).rejects.toThrow('enough');
    expect(registry().requests).toHaveLength(1);
  });
});
