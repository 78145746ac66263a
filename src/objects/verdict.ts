/** What an object's state means for those who wait for it. Flux's kstatus. */
export type HealthStatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating' | 'NotFound';

export interface Health {
  readonly status: HealthStatus;
  readonly message: string;
}

/** Health as of now, and what it turns into by the passing of time alone. */
export interface Verdict extends Health {
  readonly becomes?: { readonly afterMs: number; readonly health: Health };
}

export const notFound: Health = { status: 'NotFound', message: 'Resource not found' };
export const terminating: Health = { status: 'Terminating', message: 'Resource scheduled for deletion' };

export const current = (message: string): Health => ({ status: 'Current', message });
export const inProgress = (message: string): Health => ({ status: 'InProgress', message });
export const failed = (message: string): Health => ({ status: 'Failed', message });
