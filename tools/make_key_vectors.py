"""Write vectors/keys/*.json: known answers for docs/protocol/keys.md, failures included.

    python tools/make_key_vectors.py [directory]

Randomness is SHAKE-256 of a fixed seed, so the files come out the same each time.
"""

import json
import sys
from pathlib import Path

from key_vectors.codes import other_vectors
from key_vectors.history import history_vectors, new_root_vectors
from key_vectors.opening import with_error
from key_vectors.root import room_key_vectors, root_vectors
from key_vectors.sealed_names import name_vectors
from key_vectors.transcripts import transcript_vectors


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "vectors/keys")
    target.mkdir(parents=True, exist_ok=True)
    for name, make in {
        "room_key": room_key_vectors,
        "root": root_vectors,
        "transcripts": transcript_vectors,
        "sealed_name": name_vectors,
        "history": history_vectors,
        "new_root": new_root_vectors,
        "codes": other_vectors,
    }.items():
        vectors = [with_error(name, vector) for vector in make()]
        text = json.dumps(vectors, indent=1, ensure_ascii=True) + "\n"
        (target / f"{name}.json").write_text(text, "ascii")


if __name__ == "__main__":
    main()
