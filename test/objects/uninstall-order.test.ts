import { byUninstallOrder } from '../../src/objects/uninstall-order';

test("kinds go in Helm's order, kinds it does not list last and by name, equal kinds as they come", () => {
  const sorted = [
    'ValidatingWebhookConfiguration',
    'Ingress',
    'Service',
    'Deployment',
    'ConfigMap',
    'Namespace',
    'PriorityClass',
    'Gadget',
    'Widget',
  ];
  const objects = [...sorted].reverse().map((kind, index) => ({ kind, index }));
  expect([...objects].sort(byUninstallOrder).map(({ kind }) => kind)).toEqual(sorted);
  expect(
    [
      { kind: 'Gadget', index: 1 },
      { kind: 'Gadget', index: 0 },
    ]
      .sort(byUninstallOrder)
      .map(({ index }) => index),
  ).toEqual([1, 0]);
});
