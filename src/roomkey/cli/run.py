"""Running a command: one line for every error, an exit code for each, and never a traceback."""

import asyncio
import errno
import os
import sys
from collections.abc import Coroutine

import typer

from roomkey.cli import exit_codes, output
from roomkey.errors import RoomkeyError, StateFull


def run_program() -> None:
    """Run the command on the command line and end the process with its exit code."""
    code = _guarded()
    try:
        sys.stdout.flush()
    except OSError:
        output.discard_standard_output()
        code = code or exit_codes.BROKEN_PIPE
    # A thread may still wait for a line of standard input; nothing waits for it.
    sys.stderr.flush()
    os._exit(code)


def run_async(command: Coroutine[object, object, None]) -> None:
    """Run a command that talks to the relay."""
    asyncio.run(command)


def _guarded() -> int:
    from roomkey.cli.app import app

    try:
        result = app(standalone_mode=False, prog_name="roomkey")
    except RoomkeyError as error:
        return _report(output.error_line(str(error), error.next_step), exit_codes.exit_code(error))
    except output.UsageError as error:
        return _report(output.error_line(str(error)), exit_codes.USAGE)
    except output.NotStoredInTime as error:
        return _report(output.error_line(str(error)), exit_codes.NOT_STORED_IN_TIME)
    except typer.TyperException as error:
        message = error.format_message()
        if not message:
            # Called without arguments: the help was printed instead.
            return exit_codes.USAGE
        return _report(output.error_line(message, "See roomkey --help."), exit_codes.USAGE)
    except (typer.Abort, KeyboardInterrupt, asyncio.CancelledError):
        return exit_codes.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Typer turns a broken pipe into SystemExit, and nothing else here does.
        output.discard_standard_output()
        return exit_codes.BROKEN_PIPE
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            full = StateFull()
            return _report(output.error_line(str(full), full.next_step), exit_codes.exit_code(full))
        reason = error.strerror or type(error).__name__
        where = f": {error.filename}" if error.filename else ""
        return _report(output.error_line(reason + where), exit_codes.UNEXPECTED)
    except Exception as error:
        if os.environ.get("ROOMKEY_TRACEBACK"):
            raise
        return _report(
            output.error_line(
                f"Roomkey met a fault of its own ({type(error).__name__}).",
                "Run it again with ROOMKEY_TRACEBACK=1 and report what it prints.",
            ),
            exit_codes.UNEXPECTED,
        )
    return result if isinstance(result, int) else exit_codes.SUCCESS


def _report(line: str, code: int) -> int:
    try:
        output.note(line)
    except OSError:
        return code or exit_codes.BROKEN_PIPE
    return code
