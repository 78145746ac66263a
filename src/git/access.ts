/**
 * What lets us in at a Git server. Empty for public repositories. Kept in memory, the environment of one command and
 * files only we can read; never in arguments, configuration or messages.
 */
export interface GitAccess {
  /** Over http and https. */
  readonly username?: string;
  readonly password?: string;
  /** Over http and https, instead of username and password. */
  readonly bearerToken?: string;
  /** Private key in OpenSSH or PEM format, over ssh. */
  readonly identity?: string;
  /** Of an encrypted `identity`. */
  readonly passphrase?: string;
  /** The server's keys; without them no ssh server is trusted. */
  readonly knownHosts?: string;
  /** Certificate authorities in PEM, instead of the system's. */
  readonly certificateAuthority?: string;
  /** Client certificate and its key in PEM. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** HTTP proxy, credentials included. */
  readonly proxy?: string;
  /** Where it came from, for remedies: `flux-system/podinfo-auth`. */
  readonly secret?: string;
}
