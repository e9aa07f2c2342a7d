"""Why a relay cannot work, beside what its store and its seed raise."""

from roomkey.errors import RoomkeyError


class ShuttingDown(RoomkeyError):
    """The relay was told to end, and takes nothing new."""

    code = "shutting_down"
    sentence = "The relay is shutting down."
    next_step = "Come again when it has started."


class RedisUnusable(RoomkeyError):
    """Redis cannot be reached, or its address cannot be read."""

    code = "redis_unusable"
    sentence = "The relay cannot reach Redis."
    next_step = "Check its address, ROOMKEY_REDIS, and that it runs."
