"""The exit code of each error: stable, so that scripts can rely on them.

The same table is in docs/command-line.md; a test compares the two.
"""

from roomkey import errors

SUCCESS = 0
UNEXPECTED = 1
USAGE = 2
PAGE_DIFFERS = 65
PAGE_NOT_BUILT = 66
NOT_STORED_IN_TIME = 124
INTERRUPTED = 130
BROKEN_PIPE = 141

EXIT_CODES: dict[type[errors.RoomkeyError], int] = {
    errors.RoomkeyError: 10,
    errors.DecodeError: 11,
    errors.CryptoError: 20,
    errors.BadSignature: 21,
    errors.DecryptionFailed: 22,
    errors.InvalidKey: 23,
    errors.UnsupportedSuite: 24,
    errors.MlsError: 30,
    errors.ValidationError: 31,
    errors.WrongEpoch: 32,
    errors.GenerationConsumed: 33,
    errors.SendingExhausted: 34,
    errors.OwnMessage: 35,
    errors.NotAMember: 36,
    errors.RequestError: 40,
    errors.MalformedRequest: 41,
    errors.UnknownEvent: 42,
    errors.UnsupportedVersion: 43,
    errors.WrongRoomKey: 44,
    errors.NotAdmitted: 45,
    errors.EpochConflict: 46,
    errors.StaleEpoch: 47,
    errors.TooLarge: 48,
    errors.RateLimited: 49,
    errors.RoomFull: 50,
    errors.TooManyRooms: 51,
    errors.RoomClosed: 52,
    errors.StorageFull: 53,
    errors.RelayFault: 54,
    errors.RoomLocked: 55,
    errors.TooManyConnections: 56,
    errors.ConnectionFull: 57,
    errors.RelayInconsistent: 59,
    errors.RelayUnreachable: 60,
    errors.GhostMember: 61,
    errors.PolicyViolation: 62,
    errors.RoomKeyUnacceptable: 63,
    errors.RoomKeyNeeded: 64,
    errors.ExchangeRefused: 67,
    errors.RoomBroken: 68,
    errors.ChangeUndone: 69,
    errors.HandleTaken: 80,
    errors.UnknownHandle: 81,
    errors.DirectoryFull: 82,
    errors.InboxFull: 83,
    errors.IdentityChanged: 84,
    errors.HandleNeeded: 85,
    errors.StateError: 70,
    errors.StateCorrupt: 71,
    errors.StateLocked: 72,
    errors.StateFull: 73,
}


def exit_code(error: errors.RoomkeyError) -> int:
    """Find the exit code of an error: its own class's, or that of the nearest class above."""
    return next(
        EXIT_CODES[ancestor]
        for ancestor in type(error).__mro__
        if issubclass(ancestor, errors.RoomkeyError) and ancestor in EXIT_CODES
    )


def table() -> list[tuple[int, str, str]]:
    """List every exit code with its name and its meaning, in order."""
    rows = [
        (SUCCESS, "success", "Done."),
        (UNEXPECTED, "unexpected", "A fault in Roomkey itself."),
        (USAGE, "usage", "The command was not written as it should be."),
        (
            PAGE_DIFFERS,
            "page_differs",
            "The relay serves another page than is installed here.",
        ),
        (PAGE_NOT_BUILT, "page_not_built", "No page is installed here to compare with."),
        (NOT_STORED_IN_TIME, "not_stored_in_time", "The time is over; the text waits here."),
        (INTERRUPTED, "interrupted", "Stopped with Ctrl-C."),
        (BROKEN_PIPE, "broken_pipe", "The program that read the output stopped reading."),
    ]
    rows += [(number, error.code, error.sentence) for error, number in EXIT_CODES.items()]
    return sorted(rows)
