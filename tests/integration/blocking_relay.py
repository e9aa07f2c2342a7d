"""A relay with two events more: `test.block` waits until somebody sends `test.release`.

Run as a program, with the arguments of `python -m roomkey.relay`.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from typing import Any  # noqa: E402

from gevent.event import Event  # noqa: E402

from roomkey.relay import serve  # noqa: E402
from roomkey.relay.app import create_app  # noqa: E402
from roomkey.relay.config import RelayConfig, from_arguments  # noqa: E402


def create_blocking_app(config: RelayConfig) -> Any:
    app = create_app(config)
    released = Event()

    def block(*_: Any) -> dict[str, Any]:
        released.wait()
        return {}

    def release(*_: Any) -> dict[str, Any]:
        released.set()
        return {}

    handlers = app.extensions["relay"].sockets.handlers
    handlers |= {"test.block": block, "test.release": release}
    return app


if __name__ == "__main__":
    serve.create_app = create_blocking_app
    sys.exit(serve.run(from_arguments(sys.argv[1:])))
