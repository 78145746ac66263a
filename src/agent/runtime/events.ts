import type { RecordedEvent } from './types';

/** Told of every event, after secrets were taken out. Must not throw and not block. */
export type EventSubscriber = (event: RecordedEvent) => void;

/** Where everything that happened to an object passes: Kubernetes Events, and whoever else subscribes. */
export class Recorder {
  private readonly subscribers = new Set<EventSubscriber>();

  constructor(private readonly redact: (text: string) => string) {}

  subscribe(subscriber: EventSubscriber): void {
    this.subscribers.add(subscriber);
  }

  record(event: RecordedEvent): void {
    const metadata = event.metadata && Object.fromEntries(Object.entries(event.metadata).map(([key, value]) => [key, this.redact(value)]));
    const clean = { ...event, message: this.redact(event.message), metadata };
    for (const subscriber of this.subscribers) subscriber(clean);
  }
}
