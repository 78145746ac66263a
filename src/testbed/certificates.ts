import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bits, bool, context, integer, octets, oid, sequence, set, text, time } from './der';

/** A certificate and its key, both PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateProps {
  /** Kubernetes' user name, in a client certificate. */
  readonly commonName: string;
  /** Kubernetes' group. */
  readonly organization?: string;
  readonly usage: 'server' | 'client';
  /** DNS names and IPv4 addresses of a server. */
  readonly hosts?: readonly string[];
}

const VALID_MS = 365 * 24 * 3_600_000;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** Signs certificates for one throw-away control plane. Node makes keys but no certificates, hence the DER. */
export class CertificateAuthority {
  /** PEM of the authority's own certificate. */
  readonly certificate: string;
  private readonly key: KeyObject;
  private readonly name: Buffer;
  private readonly keyId: Buffer;

  constructor(commonName: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    this.name = distinguishedName(commonName);
    this.keyId = keyIdOf(publicKey);
    this.certificate = this.sign(this.name, publicKey, [
      extension('2.5.29.19', sequence(bool(true)), true), // is an authority
      extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true), // signs certificates and revocations
      extension('2.5.29.14', octets(this.keyId)),
    ]);
  }

  issue(props: CertificateProps): CertifiedKey {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const extensions = [
      extension('2.5.29.19', sequence(), true),
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true), // signs handshakes
      extension('2.5.29.37', sequence(oid(USAGES[props.usage]))),
      extension('2.5.29.35', sequence(context(0, false, this.keyId))),
    ];
    if (props.hosts) extensions.push(extension('2.5.29.17', sequence(...props.hosts.map(alternativeName))));
    return {
      certificate: this.sign(distinguishedName(props.commonName, props.organization), publicKey, extensions),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  private sign(subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    // An hour back, for clocks that differ.
    const validity = sequence(time(new Date(Date.now() - 3_600_000)), time(new Date(Date.now() + VALID_MS)));
    const body = sequence(
      context(0, true, integer(2)), // version 3
      integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      ECDSA_SHA256,
      this.name,
      validity,
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      context(3, true, sequence(...extensions)),
    );
    return pem(sequence(body, ECDSA_SHA256, bits(sign('sha256', body, this.key))));
  }
}

function distinguishedName(commonName: string, organization?: string): Buffer {
  const attribute = (type: string, value: string) => set(sequence(oid(type), text(value)));
  return sequence(...(organization ? [attribute('2.5.4.10', organization)] : []), attribute('2.5.4.3', commonName));
}

function extension(type: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(type), ...(critical ? [bool(true)] : []), octets(value));
}

function alternativeName(host: string): Buffer {
  return isIPv4(host) ? context(7, false, Buffer.from(host.split('.').map(Number))) : context(2, false, Buffer.from(host));
}

function keyIdOf(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
