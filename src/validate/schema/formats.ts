import { parseDuration } from '../../common/go-duration';
import type { Limit } from './shape';

/** As Kubernetes parses quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const ofText =
  (is: (text: string) => boolean, what: string): Limit =>
  (value) =>
    typeof value === 'string' && !is(value) ? what : undefined;

const FORMATS: Readonly<Record<string, Limit>> = {
  int32: (value) => (typeof value === 'number' && (value > 0x7fffffff || value < -0x80000000) ? 'does not fit into 32 bits' : undefined),
  'date-time': ofText((text) => DATE_TIME.test(text), 'is no time such as 2006-01-02T15:04:05Z'),
  byte: ofText((text) => BASE64.test(text.replace(/[\r\n]/g, '')), 'is no base64'),
  duration: ofText((text) => parseDuration(text.replace(/^[+-]/, '')) !== undefined, 'is no duration such as 1m30s'),
  quantity: ofText((text) => QUANTITY.test(text), 'is no quantity such as 250m or 64Mi'),
};

/** What a format of OpenAPI allows; of formats that servers do not check, anything. */
export function formatLimit(format: string | undefined): readonly Limit[] {
  return format !== undefined && Object.hasOwn(FORMATS, format) ? [FORMATS[format]] : [];
}
