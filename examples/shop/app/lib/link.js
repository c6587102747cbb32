import { connect } from 'node:net';

/**
 * One TCP connection to a server that answers requests in the order they were sent. Once it has failed, for whatever
 * reason, it stays failed: everything that waits is rejected with that reason, and so is everything that comes later.
 */
class Link {
  #name;
  #socket;
  #decode;
  #received = Buffer.alloc(0);
  #waiting = [];
  #failure;

  constructor({ name, host, port, decode }) {
    this.#name = name;
    this.#decode = decode;
    // Requests written before the connection stands are sent as soon as it does, so nothing waits for 'connect'.
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.close(new Error(`${name}: ${error.message || error.code}`)));
    this.#socket.on('close', () => this.close(new Error(`${name} closed the connection`)));
  }

  get isOpen() {
    return this.#failure === undefined;
  }

  /**
   * Sends `bytes` and hands each message of the answer to `collect`, which returns `undefined` while more of it is to
   * come, `{ value }` when it is complete, and throws where the server refused. No answer in time fails the whole link,
   * because the answers after a missing one cannot be told apart.
   */
  exchange(bytes, collect, timeoutMs) {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.close(new Error(`${this.#name} did not answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const settle = (act, result) => {
        clearTimeout(timer);
        act(result);
      };
      this.#waiting.push({
        collect,
        resolve: (value) => settle(resolve, value),
        reject: (error) => settle(reject, error),
      });
      this.#socket.write(bytes);
    });
  }

  close(reason) {
    if (this.#failure) return;
    this.#failure = reason;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  #read(chunk) {
    this.#received = Buffer.concat([this.#received, chunk]);
    try {
      for (let next; (next = this.#decode(this.#received)) !== undefined;) {
        this.#received = this.#received.subarray(next.length);
        this.#deliver(next.message);
      }
    } catch (unreadable) {
      this.close(unreadable);
    }
  }

  #deliver(message) {
    const [first] = this.#waiting;
    if (first === undefined) return; // A notice that nobody asked for.
    try {
      const answer = first.collect(message);
      if (answer === undefined) return;
      this.#waiting.shift();
      first.resolve(answer.value);
    } catch (error) {
      this.#waiting.shift();
      first.reject(error);
    }
  }
}

/**
 * A link that is opened when the first request needs it, and anew after it failed: a store that restarts is found again
 * by the next request. `decoder()` makes the decoder of a fresh link, and `greet(exchange)` logs in on it.
 */
export class ReconnectingLink {
  #options;
  #timeoutMs;
  #current;

  constructor({ timeoutMs = 2000, ...options }) {
    this.#options = options;
    this.#timeoutMs = timeoutMs;
  }

  /** As `Link.exchange`. `timeoutMs` counts from the moment the server has let us in. */
  async request(bytes, collect, timeoutMs = this.#timeoutMs) {
    if (!this.#current?.link.isOpen) this.#current = this.#open();
    const { link, greeted } = this.#current;
    await greeted;
    return link.exchange(bytes, collect, timeoutMs);
  }

  close() {
    this.#current?.link.close(new Error(`the connection to ${this.#options.name} was closed`));
  }

  #open() {
    const link = new Link({ ...this.#options, decode: this.#options.decoder() });
    const exchange = (bytes, collect) => link.exchange(bytes, collect, this.#timeoutMs);
    const greeted = this.#options.greet(exchange).catch((error) => {
      link.close(error);
      throw error;
    });
    return { link, greeted };
  }
}
