// The stream that says when to look again. It comes back by itself, and says so meanwhile.
// The browser's own way of coming back ends at the first answer that is no stream, and does not
// notice a stream that has gone silent.
const SILENT = 40_000;
const PAUSES = [500, 1000, 2000, 4000];

// { changed(): something happened; opened(): there is a stream again; lost(): there is none }
export function listen({ changed, opened, lost }) {
  let stream = null;
  let failures = 0;
  let watch = 0;
  let waiting = 0;
  const again = () => {
    stream.close();
    clearTimeout(watch);
    clearTimeout(waiting);
    lost();
    waiting = setTimeout(open, PAUSES[Math.min(failures, PAUSES.length - 1)]);
    failures += 1;
  };
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(again, SILENT);
  };
  const open = () => {
    clearTimeout(waiting);
    stream?.close();
    stream = new EventSource("/workspace/live");
    heard();
    stream.onopen = () => {
      failures = 0;
      heard();
      opened();
    };
    stream.onmessage = () => {
      heard();
      changed();
    };
    stream.addEventListener("beat", heard);
    stream.onerror = again;
  };
  // A laptop that wakes up, a phone that comes back: do not wait for the pause to pass.
  window.addEventListener("online", () => stream.readyState === EventSource.CLOSED && open());
  open();
}
