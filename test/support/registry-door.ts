import http from 'node:http';
import { withFreePorts } from '../../src/testbed/ports';

export type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** A way to a registry that can be shut, and refuse: what a registry does that is down, or asks for credentials. */
export class RegistryDoor {
  /** Where the registry is: `host:port`. */
  target = '';
  /** Answers instead of the registry. */
  refusal: Answer | undefined;
  private server: http.Server | undefined;
  private port = 0;

  static async open(): Promise<RegistryDoor> {
    const door = new RegistryDoor();
    // Nobody takes such a port while it is shut, as a connection that goes out may take any other.
    await withFreePorts(1, async ([port]) => {
      door.port = port!;
      await door.open();
    });
    return door;
  }

  /** `host:port` of the door, open or shut. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** At the place where it was before. */
  async open(): Promise<void> {
    const server = http.createServer((request, response) => (this.refusal ?? this.forward)(request, response));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.server = server;
  }

  /** From now on nobody answers. */
  async shut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  }

  private readonly forward: Answer = (request, response) => {
    const [hostname, port] = this.target.split(':');
    const { method, url: path, headers } = request;
    const onward = http.request({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  };
}
