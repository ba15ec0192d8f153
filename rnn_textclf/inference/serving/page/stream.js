// The WebSocket to the server: the newest text in, its words with their probabilities out.

const FIRST_PAUSE = 250; // Milliseconds before a lost connection is tried again; doubled each time.
const LONGEST_PAUSE = 8000;
const PATIENCE = 5000; // Milliseconds for a connection to open: one that a dying server took would wait for ever.

export class WordStream {
  #socket = null;
  #pause = FIRST_PAUSE;
  #sent = 0; // Number of the text that is being answered.
  #busy = false;
  #text = ""; // The newest one.
  #asked = ""; // The one that was sent last.

  // onWords({first, total, words}), onError(message), onConnection(isOpen)
  constructor({ onWords, onError, onConnection }) {
    Object.assign(this, { onWords, onError, onConnection });
    this.#connect();
  }

  // Asks for the words of a text. While an answer is on its way only the newest text waits.
  ask(text) {
    this.#text = text;
    this.#send();
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = this.#socket = new WebSocket(`${scheme}//${location.host}/v1/words`);
    const patience = setTimeout(() => socket.close(), PATIENCE);
    socket.addEventListener("open", () => { clearTimeout(patience); this.#opened(); });
    socket.addEventListener("message", (event) => this.#answered(JSON.parse(event.data)));
    socket.addEventListener("close", () => { clearTimeout(patience); this.#closed(); });
  }

  #opened() {
    this.#pause = FIRST_PAUSE;
    this.#busy = false;
    this.#asked = ""; // A new connection knows no words yet.
    this.onConnection(true);
    this.#send();
  }

  #closed() {
    this.onConnection(false);
    setTimeout(() => this.#connect(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  #send() {
    if (this.#busy || this.#text === this.#asked || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#busy = true;
    this.#sent += 1;
    this.#asked = this.#text;
    this.#socket.send(JSON.stringify({ id: this.#sent, text: this.#text }));
  }

  #answered(message) {
    if (message.id !== this.#sent) return;
    if (message.error) this.onError(message.error);
    else this.onWords(message);
    this.#busy = !message.error && message.first + message.words.length < message.total;
    this.#send();
  }
}
