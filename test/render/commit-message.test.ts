import { createEngine } from '../../src/render/engine';

const engine = createEngine();
afterAll(() => engine.close());

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'dev', name: 'web' };
const data = {
  automation: { namespace: 'flux-system', name: 'dev' },
  changes: [{ file: 'dist/a.yaml', object, oldValue: 'p:1', newValue: 'p:2', setter: 'flux-system:p' }],
  values: { cluster: 'gke' },
};

test('a message is made of what changed', async () => {
  const template =
    '{{ .AutomationObject }} on {{ .Values.cluster }}\n{{ range $r, $c := .Changed.Objects }}{{ $r.Kind }} {{ $r.Name }}{{ range $c }}: {{ .OldValue }} -> {{ .NewValue | upper }}{{ end }}{{ end }}\n';
  expect(await engine.commitMessage(template, data)).toBe('flux-system/dev on gke\nDeployment web: p:1 -> P:2\n');
});

test('what Flux removed, and what is no template, is refused', async () => {
  await expect(engine.commitMessage('{{ .Updated.Images }}', data)).rejects.toThrow("FL6016: the message template uses '.Updated'");
  await expect(engine.commitMessage('{{ .Changed.ImageResult }}', data)).rejects.toThrow('FL6016');
  await expect(engine.commitMessage('{{ end }}', data)).rejects.toThrow('FL6015');
});
