"""A relay that waits for nobody longer than two seconds.

Run as a program, with the arguments of `python -m roomkey.relay`.
"""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from functools import partial  # noqa: E402

from roomkey.relay import serve, sockets  # noqa: E402
from roomkey.relay.config import from_arguments  # noqa: E402

if __name__ == "__main__":
    serve._REQUEST_SECONDS = 2
    sockets.SocketIO = partial(sockets.SocketIO, ping_interval=1, ping_timeout=1)
    sys.exit(serve.run(from_arguments(sys.argv[1:])))
