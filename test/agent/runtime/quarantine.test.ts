import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Flight, FlightRecord } from '../../../src/agent/runtime/flight-record';
import { Quarantine } from '../../../src/agent/runtime/quarantine';
import { afterEnd, noStrikes } from '../../../src/agent/runtime/strikes';
import type { Reconciled } from '../../../src/agent/runtime/types';
import { settle } from './fake-timing';

const log = { info: () => {}, warn: () => {}, error: () => {} };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-quarantine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const flight = (name: string, generation = 1): Flight => ({ kind: 'Kustomization', namespace: 'dev', name, uid: name, generation });
const names = (flights: readonly { readonly name: string }[]) => flights.map(({ name }) => name);

function object(name: string, generation = 1, annotations: Record<string, string> = {}): Reconciled {
  return { apiVersion: 'v1', kind: 'Kustomization', metadata: { namespace: 'dev', name, uid: name, generation, annotations }, spec: {} };
}

/** The next process on the same folder; the one before ended as it is left. */
function start(): Quarantine {
  const quarantine = new Quarantine(folder, log);
  quarantine.begin();
  return quarantine;
}

const enter = (quarantine: Quarantine, of: Reconciled) => quarantine.enter(of, (wait) => wait);

test('two crashes in a row with the same object in flight: it is held, and nobody else', () => {
  const first = afterEnd(noStrikes, [flight('a'), flight('b')]);
  expect([names(first.suspects), names(first.quarantined)]).toEqual([['a', 'b'], []]);
  const second = afterEnd(first, [flight('b'), flight('c')]);
  expect([names(second.suspects), names(second.quarantined)]).toEqual([['a', 'c'], ['b']]);
});

test('an end in good order clears suspects and keeps what is held', () => {
  const after = afterEnd({ suspects: [flight('a')], quarantined: [flight('b')] }, undefined);
  expect([names(after.suspects), names(after.quarantined)]).toEqual([[], ['b']]);
});

test('whatever crashes, none is held that was not in flight at a crash while suspect', () => {
  const flights = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd'));
  fc.assert(
    fc.property(fc.array(fc.option(flights, { nil: undefined })), (ends) => {
      let strikes = noStrikes;
      for (const end of ends) {
        const before = strikes;
        strikes = afterEnd(
          before,
          end?.map((name) => flight(name)),
        );
        const fresh = names(strikes.quarantined).filter((name) => !names(before.quarantined).includes(name));
        for (const name of fresh) expect(end?.includes(name) && names(before.suspects).includes(name)).toBe(true);
        expect(new Set([...names(strikes.suspects), ...names(strikes.quarantined)]).size).toBe(strikes.suspects.length + strikes.quarantined.length);
      }
    }),
  );
});

test('the record holds what is in flight now, in places that are used again, and goes when it is closed', () => {
  const file = join(folder, 'record');
  const record = new FlightRecord(file);
  const [a, b] = [record.begin(flight('a')), record.begin(flight('b'))];
  record.end(a);
  record.begin(flight('c'));
  expect(names(FlightRecord.left(file)!)).toEqual(['c', 'b']);
  expect(readFileSync(file)).toHaveLength(2048);
  record.end(b);
  expect(names(FlightRecord.left(file)!)).toEqual(['c']);
  record.close();
  expect(FlightRecord.left(file)).toBeUndefined();
});

test('who is in flight at two crashes is left alone until its spec changes or somebody asks', async () => {
  await enter(start(), object('bad'));
  await enter(start(), object('bad'));
  const third = start();
  expect(third.outcomeFor(object('bad'))).toMatchObject({ type: 'stalled', reason: 'Quarantined', message: expect.stringContaining('FL5110') });
  expect(third.outcomeFor(object('good'))).toBeUndefined();
  expect(start().quarantined).toHaveLength(1);
  expect(third.outcomeFor(object('bad', 1, { 'reconcile.fluxcd.io/requestedAt': 'now' }))).toBeUndefined();
  expect(third.quarantined).toEqual([]);
});

test('another spec ends it too, and is remembered', async () => {
  await enter(start(), object('bad'));
  await enter(start(), object('bad'));
  expect(start().outcomeFor(object('bad', 2))).toBeUndefined();
  const fourth = start();
  expect(fourth.quarantined).toEqual([]);
});

test('what was reconciled to an end between two crashes, or only waited, is no culprit', async () => {
  await enter(start(), object('innocent'));
  const second = start();
  const done = await enter(second, object('innocent'));
  done.end({ as: 'ready' });
  const waiting = await enter(second, object('waiting'));
  waiting.pause();
  await enter(second, object('innocent'));
  const third = start();
  expect(third.quarantined).toEqual([]);
  await enter(third, object('waiting'));
  expect(start().quarantined).toEqual([]);
});

test('what had nothing to do is no culprit, and what could not be looked at may be', async () => {
  const first = start();
  for (const name of ['done', 'unread']) await enter(first, object(name));
  const second = start();
  (await enter(second, object('done'))).end({ as: 'unchanged', isDone: true });
  (await enter(second, object('unread'))).end({ as: 'unchanged' });
  void enter(second, object('done'));
  await enter(second, object('unread'));
  expect(names(start().quarantined)).toEqual(['unread']);
});

test('suspects are visited one after the other, so that the next crash names one', async () => {
  const first = start();
  for (const name of ['a', 'b', 'c']) await enter(first, object(name));
  const second = start();
  const a = await enter(second, object('a'));
  let entered = false;
  void enter(second, object('b')).then(() => {
    entered = true;
  });
  await enter(second, object('unsuspected'));
  await settle();
  expect(entered).toBe(false);
  expect(names(FlightRecord.left(join(folder, 'in-flight'))!).sort()).toEqual(['a', 'unsuspected']);
  a.end({ as: 'ready' });
  await settle();
  expect(entered).toBe(true);
});

test('one that was made anew under the name of a suspect is no suspect', async () => {
  const anew = { ...object('a'), metadata: { ...object('a').metadata, uid: 'another' } };
  await enter(start(), object('a'));
  await enter(start(), anew);
  expect(start().quarantined).toEqual([]);
});

test('a suspect that is deleted is forgotten, and so is what is held', async () => {
  await enter(start(), object('a'));
  const second = start();
  second.forget({ kind: 'Kustomization', namespace: 'dev', name: 'a' });
  await enter(second, object('a'));
  await enter(second, object('b'));
  const third = start();
  expect(third.quarantined).toEqual([]);
  await enter(third, object('b'));
  const fourth = start();
  expect(names(fourth.quarantined)).toEqual(['b']);
  fourth.forget({ kind: 'Kustomization', namespace: 'dev', name: 'b' });
  expect(fourth.quarantined).toEqual([]);
});

test('an agent that ends in good order leaves nobody suspect', async () => {
  const first = start();
  await enter(first, object('a'));
  first.close();
  await enter(start(), object('a'));
  expect(start().quarantined).toEqual([]);
});
