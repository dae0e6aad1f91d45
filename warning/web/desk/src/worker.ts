// One stream for all tabs of a browser, which has six connections per server only.
import { listen } from "./listen";

const ports: MessagePort[] = [];
let last: MessageEvent["data"];

(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => {
  const port = event.ports[0]!;
  ports.push(port);
  if (last !== undefined) port.postMessage(last);
  port.start();
};

listen((heard) => {
  last = heard;
  for (const port of ports) port.postMessage(heard);
});
