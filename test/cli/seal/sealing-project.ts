import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SealingPair } from '../../../src/seal/key-secret';
import { labelFor } from '../../../src/seal/scope';
import { parseSealedFile } from '../../../src/seal/sealed-file';
import { openValue, parseSealedValue } from '../../../src/seal/sealed-value';
import { sealingPair } from '../../support/sealing-pair';
import { compiledCli } from '../compiled-cli';

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: NodeJS.ProcessEnv;
  /** Below the root. @default - the root */
  readonly cwd?: string;
}

/** A user's platform whose whole world lies in one temporary folder: HOME, TMPDIR, the repository. */
export class SealingProject {
  readonly world = mkdtempSync(join(tmpdir(), 'fairlead-sealing-'));
  readonly root = join(this.world, 'platform');
  private readonly outputs: string[] = [];
  private readonly secrets: string[] = [];

  /** With a key of cluster gke, whose certificate is committed: the first of those that tests of a file share. */
  static async create(): Promise<SealingProject> {
    return new SealingProject(await sealingPair());
  }

  private constructor(readonly key: SealingPair) {
    for (const folder of ['home', 'tmp', 'platform']) mkdirSync(join(this.world, folder));
    this.write('cdk8s.yaml', 'language: typescript\napp: fairlead synth main.ts\n');
    this.write('certs/gke.pem', this.key.certificatePem);
    this.program("new SealedSecret(dev, 'basic-auth', { keys: ['user', 'password'] });");
  }

  /** The body of a program with cluster gke and environment dev. */
  program(body: string): void {
    this.write(
      'main.ts',
      `import { Cluster, Environment, Platform, Repository, SealedScope, SealedSecret } from 'fairlead';
const platform = new Platform({ repository: Repository.git('https://git.example.com/acme/fleet', { branch: 'main' }) });
const gke = new Cluster(platform, 'gke', { kubernetesVersion: '1.36' });
const dev = new Environment(gke, 'dev');
${body}
platform.synth();
`,
    );
  }

  write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** A value that must be found nowhere afterwards, in no form. */
  secret(value: string): string {
    this.secrets.push(value);
    return value;
  }

  /** Runs the command; what it reads from must not block it, and servers of tests are in this process. */
  async fairlead(args: readonly string[], { input = '', env = {}, cwd = '' }: RunOptions = {}): Promise<Run> {
    const child = spawn(process.execPath, [compiledCli(), ...args], { cwd: join(this.root, cwd), env: { ...this.environment(), ...env } });
    child.stdin.on('error', () => undefined).end(input);
    return await this.ended(child);
  }

  environment(): NodeJS.ProcessEnv {
    const { PATH, NODE_PATH, FAIRLEAD_CACHE } = process.env;
    return { PATH, NODE_PATH, FAIRLEAD_CACHE, HOME: join(this.world, 'home'), TMPDIR: join(this.world, 'tmp'), KUBECONFIG: '' };
  }

  async ended(child: ChildProcess): Promise<Run> {
    const [stdout, stderr]: string[][] = [[], []];
    child.stdout!.setEncoding('utf8').on('data', (text: string) => stdout!.push(text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => stderr!.push(text));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const run = { status, stdout: stdout!.join(''), stderr: stderr!.join('') };
    this.outputs.push(run.stdout, run.stderr);
    return run;
  }

  /** What the cluster would make of a sealed file; a key it cannot open is undefined. */
  opened(path: string, privateKey: KeyObject = createPrivateKey(this.key.privateKeyPem)): Record<string, string | undefined> {
    const { encryptedData, scope, namespace, name } = parseSealedFile(this.read(path), path);
    const label = labelFor(scope, namespace, name);
    return Object.fromEntries(
      Object.entries(encryptedData).map(([key, sealed]) => [key, openValue(parseSealedValue(sealed)!, privateKey, label)?.toString('latin1')]),
    );
  }

  /** Places where a value stands that should be nowhere: the world's files but those and folders given, and all that was printed. */
  leaks(except: readonly string[] = []): string[] {
    const files = readdirSync(this.world, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !except.some((allowed) => `${path}/`.startsWith(`${join(this.root, allowed)}/`)));
    const found = (content: Buffer) => this.secrets.some((secret) => forms(secret).some((form) => content.includes(form)));
    return [...texts.filter((path) => found(readFileSync(path))), ...this.outputs.filter((text) => found(Buffer.from(text)))];
  }

  remove(): void {
    rmSync(this.world, { recursive: true, force: true });
  }
}

function forms(secret: string): (string | Buffer)[] {
  const bytes = Buffer.from(secret);
  // Base64 of something longer shows it at one of three offsets; the first and last letters depend on what is beside it.
  const shifted = [0, 1, 2].map((by) =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString('base64')
      .slice(by === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -2),
  );
  return [bytes, encodeURIComponent(secret), bytes.toString('hex'), ...shifted.filter((form) => form.length >= 6)];
}
