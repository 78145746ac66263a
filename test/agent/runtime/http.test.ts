import { anyone, HttpListeners } from '../../../src/agent/runtime/http';

let http: HttpListeners;
let address: string;
beforeEach(async () => {
  http = new HttpListeners();
  http.route('metrics', { method: 'GET', path: '/metrics', authorize: anyone, answer: () => ({ body: 'a 1\n' }) });
  http.route('metrics', {
    method: 'GET',
    path: '/secret',
    authorize: (request) => request.headers.authorization === 'Bearer t',
    answer: () => ({ body: 's' }),
  });
  http.route('metrics', {
    method: 'GET',
    path: '/broken',
    authorize: anyone,
    answer: () => {
      throw new Error('hunter2');
    },
  });
  http.route('other', { method: 'GET', path: '/other', authorize: anyone, answer: () => ({ body: '' }) });
  address = await http.listen('metrics', '127.0.0.1:0');
});
afterEach(() => http.close());

const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`http://${address}${path}`, init);
  return `${response.status} ${await response.text()}`;
};

test('a listener answers its own routes, to those who may', async () => {
  expect(await ask('/metrics?x=1')).toBe('200 a 1\n');
  expect(await ask('/other')).toBe('404 not found\n');
  expect(await ask('/metrics', { method: 'POST' })).toBe('405 method not allowed\n');
  expect(await ask('/secret')).toBe('403 forbidden\n');
  expect(await ask('/secret', { headers: { authorization: 'Bearer t' } })).toBe('200 s');
});

test('a route that fails tells nothing of why', async () => {
  expect(await ask('/broken')).toBe('500 failed\n');
});

test('whoever may not is told so in the words of the route, and what was answered is told to who watches', async () => {
  const seen: string[] = [];
  http.observe('metrics', ({ method, path, status }) => seen.push(`${method} ${path} ${status}`));
  const refusal = { status: 401, body: 'who are you\n', headers: { 'www-authenticate': 'Bearer' } };
  http.route('metrics', { method: 'POST', path: '/asked', authorize: () => refusal, answer: () => ({ body: '' }) });
  const response = await fetch(`http://${address}/asked`, { method: 'POST' });
  expect([response.status, response.headers.get('www-authenticate'), await response.text()]).toEqual([401, 'Bearer', 'who are you\n']);
  for (const path of ['/asked', '/metrics', '/broken', '/nothing']) await ask(path);
  expect(seen).toEqual(['POST /asked 401', 'GET /asked 405', 'GET /metrics 200', 'GET /broken 500']);
});

test('an address that is taken is named', async () => {
  await expect(new HttpListeners().listen('metrics', address)).rejects.toThrow(`FL5031: cannot listen on ${address}`);
});
