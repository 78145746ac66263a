import { SealingProject } from './sealing-project';

const SECRET = 'hunter2-9f-values';

test.each([
  ['as it is', SECRET],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['inside of something in base64', Buffer.from(`{"user":"${SECRET}"}`).toString('base64')],
  ['in hex', Buffer.from(SECRET).toString('hex')],
])('a value that was left behind is noticed, %s', async (_, left) => {
  const project = await SealingProject.create();
  project.secret(SECRET);
  expect(project.leaks()).toEqual([]);
  project.write('some/file', `before ${left} after`);
  expect(project.leaks()).toEqual([expect.stringContaining('some/file')]);
  expect(project.leaks(['some/file'])).toEqual([]);
  project.remove();
});
