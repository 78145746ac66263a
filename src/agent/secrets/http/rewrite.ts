import { errors } from '../../../common/errors';
import { Refused } from './refused';

const JSON_TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/**
 * A JSON document with other texts in the place of some, each of which stands there as often as it is listed. All else stays byte for byte.
 * @throws Refused (400) where one stands there more often, so that it cannot be told which is meant
 */
export function rewrite(json: string, changes: readonly (readonly [before: string, after: string])[]): string {
  if (changes.length === 0) return json;
  const after = new Map(changes);
  const shortest = changes.reduce((least, [{ length }]) => Math.min(least, length), Number.POSITIVE_INFINITY);
  let places = 0;
  const edited = json.replace(JSON_TEXT, (token) => {
    const changed = token.length < shortest ? undefined : after.get(JSON.parse(token) as string);
    if (changed === undefined) return token;
    places++;
    return JSON.stringify(changed);
  });
  if (places === changes.length) return edited;
  throw new Refused(400, errors.SealedBodyInvalid({ reason: 'a sealed value stands in it a second time, in another place' }));
}
