"""A server on a port of its own, in this process or in one that a test can end."""

import contextlib
import sys
import threading
from collections.abc import Iterator

import anyio

from rnn_textclf.inference.serving.app import application
from rnn_textclf.inference.serving.http.hosts import AllowedHosts
from rnn_textclf.inference.serving.model_info import describe
from rnn_textclf.inference.serving.served_model import ServedModel
from rnn_textclf.inference.serving.server import listen, new_server
from tests.inference.serving.fake_model import FakeModel

ADDRESS = "127.0.0.1:8000"  # As clients in this process ask.
WORDS = f"ws://{ADDRESS}/v1/words"


def app_of(model: ServedModel) -> object:
    return application(model, describe(model, []), AllowedHosts("127.0.0.1"))


@contextlib.contextmanager
def live(model: ServedModel, port: int = 0) -> Iterator[str]:
    """The address of a server that runs in a thread while the block does."""
    with listen("127.0.0.1", port) as listener:
        server = new_server(app_of(model))  # type: ignore[arg-type]
        thread = threading.Thread(target=anyio.run, args=(server.serve, [listener]))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def main() -> None:
    """Serves a fake model that scores nothing before a line comes on standard input; tells its port on stdout."""
    model = FakeModel()
    model.gate.clear()
    threading.Thread(target=lambda: (sys.stdin.readline(), model.gate.set()), daemon=True).start()
    threading.Thread(target=lambda: (model.began.wait(), print("scoring", flush=True)), daemon=True).start()
    with listen("127.0.0.1", 0) as listener:
        print(listener.getsockname()[1], flush=True)
        anyio.run(new_server(app_of(model)).serve, [listener])  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
