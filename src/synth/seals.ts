import type { IConstruct } from 'constructs';
import { FairleadError } from '../common/errors';
import { parseCertificates, type SealingCertificate } from '../seal/certificate';
import { parseSealedFile, type SealedFile } from '../seal/sealed-file';
import type { SealFiles } from './seal-files';
import type { SealRequest } from './seal-request';
import { certificatesPath } from './seal-rules';

/** What a file holds, or why it cannot be read. Neither where there is no file. */
export interface Read<T> {
  readonly content?: T;
  readonly problem?: FairleadError;
}

/** The sealed files and certificates of an app. Each is read when it is first asked for. */
export class SealBook {
  private readonly sealed = new Map<string, Read<SealedFile>>();
  private readonly certificates = new Map<string, Read<readonly SealingCertificate[]>>();

  constructor(private readonly files: SealFiles) {}

  fileAt(path: string): Read<SealedFile> {
    return this.once(this.sealed, path, path, parseSealedFile);
  }

  /** The newest first. */
  certificatesOf(cluster: string): Read<readonly SealingCertificate[]> {
    return this.once(this.certificates, cluster, certificatesPath(cluster), parseCertificates);
  }

  /** Sealed files of a cluster that no construct takes values from. */
  unused(cluster: string, requests: () => readonly SealRequest[]): string[] {
    const there = this.files.list(cluster);
    if (there.length === 0) return [];
    const used = new Set(requests().map(({ file }) => file));
    return there.filter((path) => !used.has(path));
  }

  private once<T>(known: Map<string, Read<T>>, key: string, path: string, parse: (text: string, path: string) => T): Read<T> {
    let read = known.get(key);
    if (read === undefined) {
      const text = this.files.read(path);
      read = text === undefined ? {} : attempt(() => parse(text, path));
      known.set(key, read);
    }
    return read;
  }
}

function attempt<T>(parse: () => T): Read<T> {
  try {
    return { content: parse() };
  } catch (error) {
    if (error instanceof FairleadError) return { problem: error };
    throw error;
  }
}

const BOOK = Symbol.for('fairlead.SealBook');

type Booked = IConstruct & { readonly [BOOK]?: SealBook };

/** Has the constructs of an app take their sealed values from these files. */
export function openSeals(app: IConstruct, files: SealFiles): void {
  Object.defineProperty(app, BOOK, { value: new SealBook(files), configurable: true });
}

/** The sealed files of the app a construct is in. */
export function sealBookOf(construct: IConstruct): SealBook | undefined {
  return (construct.node.root as Booked)[BOOK];
}
