import { Transport } from '../oci/transport';

class Offline extends Error {}

/** Asks nobody. */
export class OfflineTransport extends Transport {
  override get = refuse;
  override head = refuse;
  override getStream = refuse;
  override post = refuse;
}

function refuse(): Promise<never> {
  return Promise.reject(new Offline('offline'));
}

/** Whether something failed because nobody may be asked. */
export function isOffline(error: unknown): boolean {
  return error instanceof Offline || (error instanceof Error && error.cause !== undefined && isOffline(error.cause));
}
