// The stream of changes. Each event names the state by its id; after a break the same id means that
// nothing was missed.

/** The id of the server's present state, or null: the server cannot be heard. */
export type Heard = string | null;

const SILENT_MS = 30_000; // the server says something every ten seconds
const AGAIN_MS = 3_000;

export function listen(tell: (heard: Heard) => void): void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let heardAt = Date.now();

  function connect(): void {
    clearTimeout(timer); // there is one stream, whoever asks for it anew
    source?.close();
    const opened = new EventSource("/events");
    source = opened;
    opened.addEventListener("state", (event) => {
      heardAt = Date.now();
      tell((event as MessageEvent<string>).lastEventId);
    });
    opened.onerror = () => {
      tell(null);
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(connect, AGAIN_MS); // else it resumes with Last-Event-ID
    };
  }

  connect();
  setInterval(() => {
    if (Date.now() - heardAt <= SILENT_MS) return;
    tell(null);
    heardAt = Date.now();
    connect(); // it died without a word
  }, 5_000);
}
