"""Write vectors/{content,policy,signals}/*.json: known answers, failures included.

    python tools/make_client_vectors.py [directory]

Every file comes out the same each time; salts are SHA-256 of a word.
"""

import json
import sys
from pathlib import Path

from client_vectors.content import content_vectors, padding_vectors
from client_vectors.merging import merging_vectors
from client_vectors.policy import change_vectors, policy_vectors
from client_vectors.signals import signal_vectors


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "vectors")
    for name, make in {
        "content/content": content_vectors,
        "content/padding": padding_vectors,
        "content/merging": merging_vectors,
        "policy/room_policy": policy_vectors,
        "policy/changes": change_vectors,
        "signals/signals": signal_vectors,
    }.items():
        path = target / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(make(), indent=1, ensure_ascii=True) + "\n", "ascii")


if __name__ == "__main__":
    main()
