import { SealingProject } from './sealing-project';

export interface SealedWorld {
  readonly project: SealingProject;
  /** Seals values of Secret gke/dev/basic-auth, given as `key=value`; none of them may be found anywhere afterwards. */
  readonly seal: (...values: readonly string[]) => Promise<void>;
  /** A file in which secrets may stand. */
  readonly allow: (path: string) => void;
}

/** A project for each test, with its private key in `old.pem`; at the end nothing secret is anywhere in its world or in what was printed. */
export function sealing(): () => SealedWorld {
  let world: SealedWorld | undefined;
  const allowed: string[] = [];
  beforeEach(async () => {
    const project = await SealingProject.create();
    project.write('old.pem', project.key.privateKeyPem);
    project.secret(project.key.privateKeyPem.split('\n')[5]!);
    allowed.splice(0, allowed.length, 'old.pem');
    const seal = async (...values: readonly string[]) => {
      const literals = values.flatMap((value) => ['--from-literal', value]);
      for (const value of values) project.secret(value.slice(value.indexOf('=') + 1));
      const { status, stderr } = await project.fairlead(['seal', 'gke/dev/basic-auth', ...literals]);
      if (status !== 0) throw new Error(stderr);
    };
    world = { project, seal, allow: (path) => allowed.push(path) };
  });
  afterEach(() => {
    const leaks = world!.project.leaks(allowed);
    world!.project.remove();
    expect(leaks).toEqual([]);
  });
  return () => world!;
}
