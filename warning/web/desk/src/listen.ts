// The stream of changes. Each event names the state by its id; after a break the same id means that
// nothing was missed.

/** The id of the server's present state, or null: the server cannot be heard. */
export type Heard = string | null;

const SILENT_MS = 30_000; // the server says something every ten seconds
const AGAIN_MS = 3_000;

export function listen(tell: (heard: Heard) => void): void {
  let source: EventSource;
  let heardAt = Date.now();

  function connect(): void {
    source = new EventSource("/events");
    source.addEventListener("state", (event) => {
      heardAt = Date.now();
      tell((event as MessageEvent<string>).lastEventId);
    });
    source.onerror = () => {
      tell(null);
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_MS); // else it resumes with Last-Event-ID
    };
  }

  connect();
  setInterval(() => {
    if (Date.now() - heardAt <= SILENT_MS) return;
    tell(null);
    heardAt = Date.now();
    source.close(); // a connection that died without a word
    connect();
  }, 5_000);
}
