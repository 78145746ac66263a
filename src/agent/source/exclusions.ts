import { hash } from 'node:crypto';
import { type IgnorePattern, isExcluded, parseIgnore } from './ignore-pattern';

export const IGNORE_FILE = '.sourceignore';

const VERSION_CONTROL = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];
/** What Flux leaves out of artifacts by default: images and archives, files of CI systems, files of tools. */
const DEFAULTS = [
  ...['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'],
  ...[
    '.github/',
    '.circleci/',
    '.travis.yml',
    '.gitlab-ci.yml',
    'appveyor.yml',
    '.drone.yml',
    'cloudbuild.yaml',
    'codeship-services.yml',
    'codeship-steps.yml',
  ],
  ...['**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'],
];

/** An ignore file and the folder it stands in. */
export interface IgnoreFile {
  readonly path: string;
  readonly text: string;
}

/** Which files of a source belong to its content. */
export class Exclusions {
  /**
   * @param files - Every `.sourceignore`, sorted by path.
   * @param ignore - `spec.ignore`. Either replaces the default exclusions, as in Flux.
   */
  static of(files: readonly IgnoreFile[], ignore?: string): Exclusions {
    const own = [...files.flatMap(({ path, text }) => parseIgnore(text, path.split('/').slice(0, -1))), ...parseIgnore(ignore ?? '')];
    const versionControl = parseIgnore(VERSION_CONTROL.join('\n'));
    if (own.length === 0) return new Exclusions([...versionControl, ...parseIgnore(DEFAULTS.join('\n'))], undefined);
    return new Exclusions([...versionControl, ...own], hash('sha256', JSON.stringify(own), 'hex'));
  }

  private constructor(
    private readonly patterns: readonly IgnorePattern[],
    /** Tells two sets of rules apart; undefined for the default ones. */
    readonly digest: string | undefined,
  ) {}

  excludes(path: string): boolean {
    return isExcluded(path, this.patterns);
  }
}
