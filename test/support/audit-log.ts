import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { TestBed } from '../../src/testbed/test-bed';

/** A request as the API server's audit log has it, as far as tests look. */
export interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly impersonatedUser?: { readonly username: string };
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly responseStatus?: { readonly code: number };
  readonly objectRef?: { readonly resource: string; readonly name?: string };
}

/** Every request so far; the last line may still be being written. */
export async function auditLines({ auditLog }: TestBed): Promise<AuditLine[]> {
  const lines = (await readFile(auditLog, 'utf8')).split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditLine);
}

/** Every request so far, once one like this is among them: what a request did can be seen before its line is written. */
export async function auditLinesWith(bed: TestBed, isWanted: (line: AuditLine) => boolean): Promise<AuditLine[]> {
  for (let tries = 0; ; tries++) {
    const lines = await auditLines(bed);
    if (lines.some(isWanted) || tries === 200) return lines;
    await setTimeout(100);
  }
}

/** Name in the audit log of an identity made by `adminCalled`. */
export const userCalled = (name: string) => `system:serviceaccount:default:${name}`;

/** Kubeconfig of a service account that may do everything, to tell its requests from others'. */
export async function adminCalled(bed: TestBed, name: string): Promise<string> {
  await bed.kubectl(['create', 'serviceaccount', name]);
  await bed.kubectl(['create', 'clusterrolebinding', name, '--clusterrole=cluster-admin', `--serviceaccount=default:${name}`]);
  return bed.serviceAccountKubeconfig('default', name);
}
