// One stream for all tabs of a browser, which has six connections per server only.
import { listen, type Heard } from "./listen";

const ports = new Set<MessagePort>();
let last: Heard | undefined;

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => {
  const port = event.ports[0]!;
  ports.add(port);
  port.onmessage = ({ data }: MessageEvent<"gone" | "there?">) => {
    if (data === "gone") ports.delete(port);
    else port.postMessage(null); // it is here; what the server says comes by itself
  };
  if (last !== undefined) port.postMessage(last);
};

listen((heard) => {
  last = heard;
  for (const port of ports) port.postMessage(heard);
});
