"""The command line: `roomkey` in a terminal or a script."""


def main() -> None:
    """Run the command given on the command line and exit with its code."""
    from roomkey.cli.run import run_program

    run_program()
