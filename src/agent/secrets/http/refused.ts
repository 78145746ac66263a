import type { FairleadError } from '../../../common/errors';
import type { Reply } from '../../runtime/http';

/** A request that gets a no: why, and what to do, as an error of the table. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly reason: FairleadError,
    readonly headers?: Readonly<Record<string, string>>,
  ) {
    super(reason.message);
    this.name = 'Refused';
  }
}

/** The reply, where whatever makes it may refuse. */
export async function orRefusal<T extends Reply | boolean>(make: () => Promise<T>): Promise<T | Reply> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { status, reason, headers } = error;
    return { status, headers, body: `${reason.message}\n${reason.remedy}\n` };
  }
}
