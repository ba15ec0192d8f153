"""Options of `infer.py --serve`."""

from dataclasses import dataclass

from rnn_textclf.options import Config, option


@dataclass(frozen=True)
class ServingOptions(Config):
    """Whether a run is served over HTTP, and where."""

    serve: bool = option(False, "Open the run as a page and an HTTP interface.")
    host: str = option("127.0.0.1", "With --serve: address to listen on; 0.0.0.0 lets other machines ask, too.")
    allowed_hosts: str = option(
        "", "With --serve: further names that it is asked under, a,b,…; such as a proxy's or a container's."
    )
    port: int = option(8000, "With --serve: port to listen on (0 to 65535; 0: any that is free).", low=0, high=65535)
