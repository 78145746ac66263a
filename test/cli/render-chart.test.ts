import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { renderChart, renderChartCommand } from '../../src/cli/render-chart';
import { createEngine } from '../../src/render/engine';

const engine = createEngine();
const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-render-chart-'));
const chart = path.join(folder, 'chart');

beforeAll(() => {
  mkdirSync(path.join(chart, 'templates'), { recursive: true });
  writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: c\nversion: 1.0.0\n');
  writeFileSync(path.join(chart, 'templates', 'a.yaml'), 'all: {{ list .Release.Name .Release.Namespace .Values.a .Values.b | toJson }}\n');
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const options = { name: 'r', namespace: 'n', values: [], apiVersions: [] };

function valuesFile(name: string, text: string): string {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

test('the last values file wins', async () => {
  const values = [valuesFile('1.yaml', 'a: 1\nb: 1\n'), valuesFile('2.yaml', 'b: 2\n')];
  expect(await renderChart(engine, chart, { ...options, values })).toBe('---\n# Source: c/templates/a.yaml\nall: ["r","n",1,2]\n');
});

test('a chart that is not there is named', async () => {
  await expect(renderChart(engine, path.join(folder, 'none'), options)).rejects.toMatchObject({
    code: 'FL6010',
    detail: expect.stringContaining('none'),
  });
});

test('a values file that is not there, or is no map, is named', async () => {
  await expect(renderChart(engine, chart, { ...options, values: ['none.yaml'] })).rejects.toMatchObject({
    code: 'FL6012',
    detail: expect.stringContaining('none.yaml'),
  });
  await expect(renderChart(engine, chart, { ...options, values: [valuesFile('3.yaml', '- a\n')] })).rejects.toMatchObject({ code: 'FL6012' });
});

test('of several values files the one that cannot be read is named', async () => {
  const values = [valuesFile('good.yaml', 'a: 1\n'), valuesFile('broken.yaml', 'a: [\n')];
  await expect(renderChart(engine, chart, { ...options, values })).rejects.toMatchObject({
    code: 'FL6012',
    detail: expect.stringContaining(values[1]),
  });
});

test('the command prints, and takes lists by commas and again', async () => {
  const written: string[] = [];
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  writeFileSync(
    path.join(chart, 'templates', 'b.yaml'),
    'has: {{ .Capabilities.APIVersions.Has "x/v1" }} {{ .Capabilities.APIVersions.Has "y/v1" }} {{ .Capabilities.KubeVersion }}\n',
  );
  try {
    await renderChartCommand().parseAsync([chart, '--name', 'r', '--api-versions', 'w/v1,x/v1', '--api-versions', 'y/v1', '--kube-version', '1.30'], {
      from: 'user',
    });
  } finally {
    stdout.mockRestore();
  }
  expect(written.join('')).toContain('has: true true v1.30\n');
});
