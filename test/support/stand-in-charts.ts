import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dump } from 'js-yaml';

export interface StandInChart {
  readonly name: string;
  readonly version: string;
  /** Texts by path in the chart, besides Chart.yaml. */
  readonly files: Readonly<Record<string, string>>;
}

/** A chart repository over HTTP, for charts of others that cannot be had here: of the same names and versions, with templates of our own. */
export class StandInCharts {
  static async start(charts: readonly StandInChart[]): Promise<StandInCharts> {
    const repository = new StandInCharts(charts);
    await new Promise<void>((resolve) => repository.server.listen(0, '127.0.0.1', resolve));
    return repository;
  }

  private readonly files = new Map<string, Buffer>();
  private readonly server = http.createServer((request, response) => {
    const file = this.files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });

  private constructor(charts: readonly StandInChart[]) {
    const entries: Record<string, object[]> = {};
    for (const { name, version, files } of charts) {
      const archive = packed(name, { 'Chart.yaml': dump({ apiVersion: 'v2', name, version }), ...files });
      const path = `${name}-${version}.tgz`;
      this.files.set(`/${path}`, archive);
      const digest = createHash('sha256').update(archive).digest('hex');
      entries[name] = [...(entries[name] ?? []), { apiVersion: 'v2', name, version, digest, urls: [path] }];
    }
    this.files.set('/index.yaml', Buffer.from(dump({ apiVersion: 'v1', entries })));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function packed(name: string, files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-chart-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    execFileSync('tar', ['-czf', join(folder, 'chart.tgz'), '-C', folder, name]);
    return readFileSync(join(folder, 'chart.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
