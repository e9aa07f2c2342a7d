"""The commands and their options.

Each command imports what it runs only when it runs: the relay must not be started from a process
full of client code, and help should appear at once.
"""

from pathlib import Path
from typing import Annotated

import typer

import roomkey
from roomkey.cli import exit_codes, options, output, room_key_input
from roomkey.cli.run import run_async

app = typer.Typer(
    name="roomkey",
    help="A chat room for text that stays private even from the server it runs on.",
    epilog="Every error has its own exit code: roomkey exit-codes lists them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        output.answer(f"roomkey {roomkey.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """A chat room for text that stays private even from the server it runs on."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    data: Annotated[str | None, typer.Option(help="The folder of the relay's files.")] = None,
    database: Annotated[str | None, typer.Option(help="The address of another database.")] = None,
    durability: Annotated[
        options.Durability | None,
        typer.Option(help="full outlasts a power cut; normal is faster and outlasts a crash."),
    ] = None,
) -> None:
    """Run a relay: the server rooms live on."""
    from roomkey.cli.serve import serve as become_relay

    become_relay(host, port, data, database, durability)


@app.command()
def create(
    name: options.Name = None,
    relay: options.Relay = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Who joins later reads nothing said before.")
    ] = False,
    retention: Annotated[
        str, typer.Option(help="How long messages are kept: 12h, 7d, 2w. From 1h to 90d.")
    ] = "7d",
    size: Annotated[
        options.Size,
        typer.Option(help="hybrid: up to 100 people, safe from quantum computers; large: 1,000."),
    ] = options.Size.HYBRID,
    key: options.Key = None,
    key_file: options.KeyFile = None,
    ask_key: Annotated[
        bool, typer.Option("--ask-key", help="Type a room key instead of getting one.")
    ] = False,
    chat: Annotated[bool, typer.Option("--chat", help="Stay and talk.")] = False,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Create a room, and show its code and its room key once."""
    seconds = options.retention_seconds(retention)
    room_key = room_key_input.given_room_key(key, key_file, stdin_is_free=not chat)
    if ask_key and room_key is None:
        room_key = room_key_input.ask_room_key("New room key: ")
    from roomkey.cli import enter
    from roomkey.cli.key import warn_if_weak
    from roomkey.cli.session import Settings
    from roomkey.keys.room_key import generate_room_key

    if room_key is None:
        room_key = generate_room_key()
    else:
        warn_if_weak(room_key)
    new = enter.NewRoom(
        name=room_key_input.ask_name(name),
        room_key=room_key,
        history="strict" if strict else "shared",
        retention=seconds,
        size="large" if size is options.Size.LARGE else "hybrid",
    )
    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(enter.create(settings, new, as_json=json, chat=chat))


@app.command()
def join(
    code: options.Code,
    name: options.Name = None,
    relay: options.Relay = None,
    key: options.Key = None,
    key_file: options.KeyFile = None,
    no_chat: Annotated[bool, typer.Option("--no-chat", help="Join only.")] = False,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Join a room by its code and room key, and talk in it."""
    chat = not (no_chat or json)
    room_key = room_key_input.given_room_key(key, key_file, stdin_is_free=not chat)
    from roomkey.cli import enter
    from roomkey.cli.session import Settings

    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(enter.join(settings, code, name, room_key, as_json=json, chat=chat))


@app.command()
def chat(
    code: options.Code,
    stay: Annotated[
        bool, typer.Option("--stay", help="Go on reading after standard input has ended.")
    ] = False,
    relay: options.Relay = None,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Talk, line by line, in a room you are in."""
    from roomkey.cli import enter
    from roomkey.cli.session import Settings

    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(enter.chat(settings, code, as_json=json, stay=stay))


@app.command()
def send(
    code: options.Code,
    name: options.Name = None,
    relay: options.Relay = None,
    key: options.Key = None,
    key_file: options.KeyFile = None,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Send standard input as a message, and wait until it is stored."""
    room_key = room_key_input.given_room_key(key, key_file, stdin_is_free=False)
    from roomkey.cli import enter
    from roomkey.cli.session import Settings

    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(enter.send(settings, code, name, room_key, as_json=json))


@app.command("rooms")
def list_rooms(
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """List the rooms you are in."""
    from roomkey.cli import rooms
    from roomkey.cli.session import Settings

    settings = Settings(None, state, room_key_input.given_passphrase(passphrase_file))
    run_async(rooms.show_rooms(settings, as_json=json))


@app.command()
def members(
    code: options.Code,
    relay: options.Relay = None,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """List who is in a room."""
    from roomkey.cli import rooms
    from roomkey.cli.session import Settings

    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(rooms.show_members(settings, code, as_json=json))


@app.command("safety-code")
def safety_code(
    code: options.Code,
    relay: options.Relay = None,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Show the code that members compare to know nobody is in between."""
    from roomkey.cli import rooms
    from roomkey.cli.session import Settings

    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(rooms.show_safety_code(settings, code, as_json=json))


@app.command()
def leave(
    code: options.Code,
    relay: options.Relay = None,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Leave a room for good."""
    from roomkey.cli import rooms
    from roomkey.cli.session import Settings

    settings = Settings(relay, state, room_key_input.given_passphrase(passphrase_file))
    run_async(rooms.leave_room(settings, code, as_json=json))


@app.command()
def forget(
    code: options.Code,
    json: options.Json = False,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> None:
    """Delete what is stored here about a room, without telling the others."""
    from roomkey.cli import rooms
    from roomkey.cli.session import Settings

    settings = Settings(None, state, room_key_input.given_passphrase(passphrase_file))
    run_async(rooms.forget_room(settings, code, as_json=json))


@app.command()
def key(
    check: Annotated[
        bool, typer.Option("--check", help="Rate a room key instead: typed, or from --key-file.")
    ] = False,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The room key to rate; - is standard input.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Generate a room key, or rate one."""
    from roomkey.cli import key as keys

    if not check:
        keys.generate(as_json=json)
        return
    given = room_key_input.given_room_key(None, key_file, stdin_is_free=True)
    keys.check(given or room_key_input.ask_room_key(), as_json=json)


@app.command("exit-codes")
def list_exit_codes() -> None:
    """List the exit codes and what they mean."""
    for number, name, meaning in exit_codes.table():
        output.answer(f"{number:>3}  {name:<22} {meaning}")
