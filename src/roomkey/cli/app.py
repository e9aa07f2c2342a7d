"""The commands and their options.

Each command imports what it runs only when it runs: the relay must not be started from a process
full of client code, and help should appear at once.
"""

from typing import Annotated, Literal

import typer

import roomkey
from roomkey.cli import exit_codes, options, output, room_key_input
from roomkey.cli.run import run_async
from roomkey.cli.settings import Settings, with_settings, with_stored_rooms

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
    host: options.Host = "127.0.0.1",
    port: options.Port = 8000,
    data: options.DataFolder = None,
    database: options.Database = None,
    durability: options.DurabilityChoice = None,
) -> None:
    """Run a relay: the server rooms live on."""
    from roomkey.cli.serve import serve as become_relay

    become_relay(host, port, data, database, durability)


directory_app = typer.Typer(
    help="Your handle, by which anybody can write to you, and whom you know by theirs.",
    no_args_is_help=True,
)
app.add_typer(directory_app, name="directory")


@app.command()
@with_settings
def create(
    settings: Settings,
    name: options.Name = None,
    strict: options.Strict = False,
    retention: options.Retention = "7d",
    size: options.SizeChoice = options.Size.HYBRID,
    key: options.Key = None,
    key_file: options.KeyFile = None,
    ask_key: options.AskKey = False,
    chat: options.StayToTalk = False,
    no_presence: options.NoPresence = False,
    json: options.Json = False,
) -> None:
    """Create a room, and show its code and its room key once."""
    seconds = options.retention_seconds(retention)
    room_key = room_key_input.given_room_key(key, key_file, stdin_is_free=not chat)
    if ask_key and room_key is None:
        room_key = room_key_input.ask_room_key("New room key: ")
    from roomkey.cli import enter
    from roomkey.cli.key import warn_if_weak
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
    presence = not no_presence
    run_async(enter.create(settings, new, as_json=json, chat=chat, presence=presence))


@app.command()
@with_settings
def join(
    settings: Settings,
    code: options.Code,
    name: options.Name = None,
    key: options.Key = None,
    key_file: options.KeyFile = None,
    history: options.History = None,
    no_chat: options.NoChat = False,
    no_presence: options.NoPresence = False,
    json: options.Json = False,
) -> None:
    """Join a room by its code and room key, and talk in it."""
    chat = not (no_chat or json)
    room_key = room_key_input.given_room_key(key, key_file, stdin_is_free=not chat)
    from roomkey.cli import enter

    newcomer = enter.Newcomer(code, name, room_key)
    joining = enter.join(
        settings,
        newcomer,
        as_json=json,
        chat=chat,
        presence=not no_presence,
        history=history,
    )
    run_async(joining)


@app.command()
@with_settings
def chat(
    settings: Settings,
    code: options.Code,
    history: options.History = None,
    stay: options.Stay = False,
    no_presence: options.NoPresence = False,
    json: options.Json = False,
) -> None:
    """Talk, line by line, in a room you are in."""
    from roomkey.cli import enter

    talking = enter.chat(
        settings, code, as_json=json, stay=stay, presence=not no_presence, history=history
    )
    run_async(talking)


@app.command()
@with_settings
def send(
    settings: Settings,
    code: options.Code,
    name: options.Name = None,
    key: options.Key = None,
    key_file: options.KeyFile = None,
    timeout: options.Timeout = None,
    json: options.Json = False,
) -> None:
    """Send standard input as a message, and wait until it is stored."""
    room_key = room_key_input.given_room_key(key, key_file, stdin_is_free=False)
    from roomkey.cli import send as sending
    from roomkey.cli.enter import Newcomer

    newcomer = Newcomer(code, name, room_key)
    run_async(sending.send(settings, newcomer, as_json=json, timeout=timeout))


@app.command("rooms")
@with_stored_rooms
def list_rooms(settings: Settings, json: options.Json = False) -> None:
    """List the rooms you are in."""
    from roomkey.cli import rooms

    run_async(rooms.show_rooms(settings, as_json=json))


@app.command()
@with_settings
def members(settings: Settings, code: options.Code, json: options.Json = False) -> None:
    """List who is in a room."""
    from roomkey.cli import rooms

    run_async(rooms.show_members(settings, code, as_json=json))


@app.command("safety-code")
@with_settings
def safety_code(settings: Settings, code: options.Code, json: options.Json = False) -> None:
    """Show the code that members compare to know nobody is in between."""
    from roomkey.cli import rooms

    run_async(rooms.show_safety_code(settings, code, as_json=json))


@app.command()
@with_settings
def leave(settings: Settings, code: options.Code, json: options.Json = False) -> None:
    """Leave a room for good."""
    from roomkey.cli import rooms

    run_async(rooms.leave_room(settings, code, as_json=json))


@app.command()
@with_settings
def write(
    settings: Settings,
    handle: options.Handle,
    history: options.History = None,
    timeout: options.Timeout = None,
    no_presence: options.NoPresence = False,
    json: options.Json = False,
) -> None:
    """Talk in private with whoever has a handle; from a pipe, send standard input."""
    from roomkey.cli import directory

    writing = directory.write(
        settings,
        handle,
        as_json=json,
        presence=not no_presence,
        history=history,
        timeout=timeout,
    )
    run_async(writing)


@app.command()
@with_settings
def inbox(settings: Settings, watch: options.Watch = False, json: options.Json = False) -> None:
    """Take in the conversations that others have begun with you."""
    from roomkey.cli import directory

    run_async(directory.show_inbox(settings, as_json=json, watch=watch))


@app.command()
@with_settings
def close(
    settings: Settings, code: options.Code, yes: options.Yes = False, json: options.Json = False
) -> None:
    """End a room for everybody, and have the relay delete it; hosts only."""
    from roomkey.cli import rooms

    run_async(rooms.close_room(settings, code, as_json=json, is_sure=yes))


@app.command()
@with_settings
def export(
    settings: Settings,
    code: options.Code,
    output_file: options.OutputFile = None,
    json: options.JsonFile = False,
) -> None:
    """Write what was said in a room to a file, as text or as JSON."""
    from roomkey.cli import export as exporting

    form: Literal["text", "json"] = "json" if json else "text"
    run_async(exporting.export(settings, code, form=form, file=output_file))


@app.command()
@with_settings
def forget(settings: Settings, code: options.Code, json: options.Json = False) -> None:
    """Delete what is stored here about a room, without telling the others."""
    from roomkey.cli import rooms

    run_async(rooms.forget_room(settings, code, as_json=json))


@app.command()
def key(
    check: options.CheckKey = False,
    key_file: options.KeyFile = None,
    json: options.Json = False,
) -> None:
    """Generate a room key, or rate one."""
    from roomkey.cli import key as keys

    if not check:
        keys.generate(as_json=json)
        return
    given = room_key_input.given_room_key(None, key_file, stdin_is_free=True)
    keys.check(given or room_key_input.ask_room_key(), as_json=json)


@app.command()
def verify(address: options.RelayAddress, json: options.Json = False) -> None:
    """Compare the page that a relay serves with the one that is installed here."""
    from roomkey.cli import verify as verifying

    raise typer.Exit(verifying.verify(address, as_json=json))


@app.command()
def dh(
    group: options.DhGroup = None,
    p: options.DhPrime = None,
    g: options.DhGenerator = None,
    a: options.DhPrivateKeyA = None,
    b: options.DhPrivateKeyB = None,
    eavesdrop: options.DhEavesdrop = False,
    json: options.Json = False,
) -> None:
    """Show how two people make a shared secret in the open, step by step."""
    from roomkey.cli import dh as showing

    showing.show(showing.chosen(group, p, g, a, b), eavesdrop=eavesdrop, as_json=json)


@directory_app.command("claim")
@with_settings
def claim_handle(settings: Settings, handle: options.Handle, json: options.Json = False) -> None:
    """Claim a handle, for good, so that others can write to you."""
    from roomkey.cli import directory

    run_async(directory.claim(settings, handle, as_json=json))


@directory_app.command("show")
@with_settings
def show_handle(settings: Settings, json: options.Json = False) -> None:
    """Show your handle, and whom you know."""
    from roomkey.cli import directory

    run_async(directory.show(settings, as_json=json))


@directory_app.command("safety-number")
@with_settings
def safety_number(settings: Settings, handle: options.Handle, json: options.Json = False) -> None:
    """Show the number to compare with somebody: it is the same for both."""
    from roomkey.cli import directory

    run_async(directory.show_safety_number(settings, handle, as_json=json))


@directory_app.command("accept")
@with_settings
def accept(
    settings: Settings,
    handle: options.Handle,
    yes: options.Yes = False,
    json: options.Json = False,
) -> None:
    """Trust a handle's new key, after its owner has confirmed the new safety number."""
    from roomkey.cli import directory

    run_async(directory.accept(settings, handle, as_json=json, is_sure=yes))


@app.command("exit-codes")
def list_exit_codes() -> None:
    """List the exit codes and what they mean."""
    for number, name, meaning in exit_codes.table():
        output.answer(f"{number:>3}  {name:<22} {meaning}")
