import * as is from '../../src/kube/status-error';

const { StatusError } = is;

test('what the server said is kept, and named with our code', () => {
  const error = new StatusError('Service/dev/web', 422, {
    reason: 'Invalid',
    message: 'Service "web" is invalid',
    details: { causes: [{ field: 'spec.ports', reason: 'FieldValueRequired', message: 'Required value' }] },
  });
  expect(error).toMatchObject({
    message: 'FL5008: Service/dev/web: Service "web" is invalid',
    status: 422,
    reason: 'Invalid',
    answer: 'Service "web" is invalid',
    details: { causes: [{ field: 'spec.ports' }] },
  });
});

test('an answer that is no Status is its text', () => {
  expect(new StatusError('x', 404, '404 page not found\n')).toMatchObject({ answer: '404 page not found', reason: '' });
});

test.each<[number, string, string, keyof typeof is]>([
  [404, 'NotFound', 'not found', 'isNotFound'],
  [403, 'Forbidden', 'no', 'isForbidden'],
  [401, 'Unauthorized', 'no', 'isUnauthorized'],
  [409, 'Conflict', 'changed', 'isConflict'],
  [409, 'AlreadyExists', 'there', 'isAlreadyExists'],
  [410, 'Expired', 'too old', 'isExpired'],
  [500, 'Expired', 'too old', 'isExpired'],
  [422, 'Invalid', 'bad', 'isInvalid'],
  [429, 'TooManyRequests', 'slow', 'isOverloaded'],
  [422, 'Invalid', 'spec.selector: Invalid value: {}: field is immutable', 'isImmutable'],
  [422, 'Invalid', 'spec.clusterIP: Invalid value: "": may not change once set', 'isImmutable'],
  [422, 'Invalid', 'StatefulSet is invalid: spec: Forbidden: updates to statefulset spec for fields other than are forbidden', 'isImmutable'],
])('%d %s "%s": %s', (status, reason, message, predicate) => {
  const predicates = Object.entries(is).filter(([name]) => name.startsWith('is')) as [string, (error: unknown) => boolean][];
  const holds = predicates.filter(([, holdsFor]) => holdsFor(new StatusError('x', status, { reason, message }))).map(([name]) => name);
  expect(holds).toContain(predicate);
  expect(predicates.filter(([, holdsFor]) => holdsFor(new Error(message)))).toEqual([]);
});

test('a namespace that is going away is told from a lack of rights', () => {
  const causes = [{ reason: 'NamespaceTerminating', message: 'namespace dev is being terminated', field: 'metadata.namespace' }];
  expect(is.isNamespaceTerminating(new StatusError('x', 403, { reason: 'Forbidden', details: { causes } }))).toBe(true);
  expect(is.isNamespaceTerminating(new StatusError('x', 403, { reason: 'Forbidden' }))).toBe(false);
});
