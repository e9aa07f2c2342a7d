"""`python -m roomkey.relay`: run a relay."""

# Before anything else is imported: what is imported must meet gevent's sockets and locks.
from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

from roomkey.relay.config import from_arguments  # noqa: E402
from roomkey.relay.serve import run  # noqa: E402

if __name__ == "__main__":
    sys.exit(run(from_arguments(sys.argv[1:])))
