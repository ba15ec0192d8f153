"""Address check: whether the process that registers as a task is the one that others reach at the task's address."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from rnn_textclf.config.cluster import ClusterConfig, split_address
from rnn_textclf.errors import UserError
from rnn_textclf.training.cluster.channel import listen, stop_listening

_SECONDS = 5.0


@contextlib.contextmanager
def answering(address: str, nonce: str) -> Iterator[None]:
    """Within the context whoever connects to the port of an address is told the nonce.

    Raises:
      UserError: the port is taken.
    """
    server = listen(split_address(address)[1])

    def answer() -> None:
        while True:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.sendall(nonce.encode())
            except OSError:
                if server.fileno() < 0:
                    return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop_listening(server)
        thread.join(1)


def check_peers(cluster: ClusterConfig) -> None:
    """Connects to all tasks that this one exchanges weights with: servers with all, workers with the servers.

    Raises:
      UserError: one cannot be reached; TensorFlow would wait for it for ever.
    """
    peers = cluster.tasks if cluster.task in cluster.servers else cluster.servers
    for peer in peers:
        try:
            socket.create_connection(split_address(cluster.address(peer)), _SECONDS).close()
        except OSError as error:
            raise UserError(
                f"{cluster.describe(cluster.task)}: {cluster.describe(peer)} cannot be reached from here "
                f"({error.strerror or error}); see whether a firewall lets these machines talk"
            ) from None


def address_problem(address: str, nonce: str) -> str | None:
    """Why an address is not that of the process with a nonce, for the user; None where it is."""
    try:
        with socket.create_connection(split_address(address), _SECONDS) as connection:
            connection.settimeout(_SECONDS)
            found = connection.makefile("rb").read(len(nonce))
    except OSError as error:
        return f"cannot be reached at its address from the chief ({error.strerror or error})"
    return None if found == nonce.encode() else "is not the process that answers at its address"
