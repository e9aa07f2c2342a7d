"""`roomkey key`: generate room keys and rate typed ones. No network."""

from roomkey.cli import output
from roomkey.keys.room_key import generate_room_key
from roomkey.keys.strength import OPERATOR_NOTICE, Strength, estimate_strength

_WEAK_BELOW = 4


def generate(*, as_json: bool) -> None:
    """Print a new room key."""
    room_key = generate_room_key()
    if as_json:
        output.record("room_key", room_key=room_key)
    else:
        output.answer(room_key)


def check(room_key: str, *, as_json: bool) -> None:
    """Rate a room key."""
    strength = estimate_strength(room_key)
    if as_json:
        output.record(
            "strength",
            score=strength.score,
            bits=round(strength.bits, 1),
            warning=strength.warning,
        )
        return
    output.answer(describe(strength))
    if strength.score < _WEAK_BELOW:
        output.answer(OPERATOR_NOTICE)


def warn_if_weak(room_key: str) -> None:
    """Say honestly what a typed room key is worth, when it is worth less than a generated one."""
    strength = estimate_strength(room_key)
    if strength.score < _WEAK_BELOW:
        output.warn(f"{describe(strength)} {OPERATOR_NOTICE}")


def describe(strength: Strength) -> str:
    """Put a strength into words."""
    words = strength.warning or "Strong: out of reach, also for whoever runs the relay."
    return f"Strength {strength.score} of 4, about {strength.bits:.0f} bits. {words}"
