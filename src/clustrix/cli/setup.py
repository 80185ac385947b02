"""The command's verb ``ssh-setup``: logging in by a key, so that nobody is asked for a password again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from clustrix.cli.output import AsJson, Settings, known_hosts, layer_of, print_json, tell

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig


def register(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command("ssh-setup", rich_help_panel="First contact")(ssh_setup)


def ssh_setup(
    host: Annotated[
        str,
        typer.Argument(
            metavar="HOST", help="A name, or an alias of ssh.", show_default=False, autocompletion=known_hosts
        ),
    ],
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Let ssh log in by a key: make one if there is none, have HOST accept it, test it.

    Your password is asked for by ssh itself, once; nothing else sees or keeps it.

    The exit status is 0 if ssh logs in without asking, 3 if not.
    """
    from clustrix.config import current_config
    from clustrix.words import Layer

    config = current_config(Layer.of("HOST", {"cluster_host": host}), layer_of(settings))
    done = set_up(config, quiet=as_json)
    if as_json:
        print_json({"host": host, "done": done})


def set_up(config: ClusterConfig, *, quiet: bool = False) -> list[str]:
    """Set up the login, and say what is done; gives the same as a list. Raises ConnectError and ConfigError."""
    from clustrix import ssh_setup as setup

    done: list[str] = []

    def say(text: str) -> None:
        done.append(text)
        if not quiet:
            print(text, flush=True)

    why = setup.why_no_login(config)
    if why is None:
        say(f"ssh logs in to {config.cluster_host} without asking: there is nothing to do")
        return done
    if not setup.can_be_helped(why):
        raise why
    setup.check_terminal()
    key = setup.find_key(config)
    if key.is_new:
        tell(f"making a key, {key.path}; a passphrase keeps it from whoever gets at the file (empty: none)")
        setup.make_key(key)
        say(f"made the key {key.path}")
    text = setup.public_text(key)
    tell(f"installing it on {config.cluster_host}; ssh asks for your password there")
    setup.install_key(config, text)
    say(f"{config.cluster_host} accepts the key {key.public}")
    why = setup.why_no_login(config)
    if why is not None:
        if setup.has_passphrase(key):
            why.hint = f"the key has a passphrase: tell it to your ssh agent, once a session: ssh-add {key.path}"
        raise why
    say(f"ssh logs in to {config.cluster_host} without asking; next: clustrix check {config.cluster_host}")
    return done
