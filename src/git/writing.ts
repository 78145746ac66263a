/** A file as it shall be in a commit. */
export interface FileEdit {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  /** Undefined: the file goes. */
  readonly content: Buffer | undefined;
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

/** Signs commits. Keys live in files only we can read, for as long as one command takes. */
export interface SigningKey {
  readonly type: 'gpg' | 'ssh';
  /** Armored or binary key ring of OpenPGP; private key in OpenSSH or PEM format. */
  readonly key: Buffer;
  readonly passphrase?: string;
}

export interface CommitRequest {
  /** Commit it stands on. */
  readonly parent: string;
  readonly edits: readonly FileEdit[];
  readonly message: string;
  readonly author: Person;
  readonly signingKey?: SigningKey;
}
