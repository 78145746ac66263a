import { request } from 'node:https';
import type { CertifiedKey } from './certificates';
import type { Access } from './kubeconfig';

export interface ApiAnswer {
  /** 0: nobody answered. */
  readonly status: number;
  readonly body: string;
}

/** One plain request to an API server that may not be there yet. */
export function callApi(
  access: Access & { readonly identity: CertifiedKey },
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  return new Promise((resolve) => {
    const call = request(
      `${access.url}${path}`,
      {
        method,
        ca: access.ca,
        cert: access.identity.certificate,
        key: access.identity.key,
        agent: false,
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.once('error', () => resolve({ status: 0, body: '' }));
      },
    );
    call.once('error', () => resolve({ status: 0, body: '' }));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
