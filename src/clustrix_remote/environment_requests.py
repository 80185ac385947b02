"""The agent's operations for environments: each a function of the agent, the request's header and its body.

What they need is imported where it is needed, as most agents never build anything.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

    from clustrix_remote.agent import Agent, Body


def probe(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """What the interpreter ``python`` is and has, with ``variables`` set; ``source`` is what it runs to tell."""
    from clustrix_remote import interpreters as pythons

    return pythons.probe(header["python"], header.get("variables"), header["source"])


def interpreters(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Look for Pythons, also in ``folders`` (patterns).

    -> ``found``: [path, version] of each; ``modules``: names of environment modules that bring some.
    """
    from clustrix_remote import interpreters as pythons

    return pythons.interpreters(header.get("folders", ()))


def interpreter_of(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> ``path`` and ``version`` of the ``python3`` that the environment module ``module`` brings."""
    from clustrix_remote import interpreters as pythons

    return pythons.interpreter_of(header["module"])


def container(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> ``python``: a script that starts Python in the container ``image``, see containers.prepare."""
    from clustrix_remote import containers

    return {"python": containers.prepare(agent.where, header["image"])}


def environment(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Whether the environment ``key`` is ready (-> ``ready``: what is known of it, or null); marks it as used."""
    from clustrix_remote import environments as built

    return {"ready": built.ready(agent.where, header["key"])}


def wheels(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> ``missing``: which of the wheels ``names`` have not been sent, and the ``folder`` to put them into."""
    from clustrix_remote import environments as built

    return {"missing": built.missing_wheels(agent.where, header["names"]), "folder": agent.where.wheels}


def build(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Build an environment once, see environments.build."""
    from clustrix_remote import environments as built

    answer = built.build(agent.where, header)
    if answer.get("built"):
        built.compile_later(agent.where.environment(header["key"]), header.get("modules", ()))
    return answer


def environments(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """-> ``environments`` that are ready, and the ``room`` that is free for more."""
    from clustrix_remote import environments as built

    built.make_folders(agent.where)
    room = built.free_room(agent.where.environments)
    return {"environments": built.listed(agent.where), "room": room, "folder": agent.where.environments}


def prune(agent: "Agent", header: "Dict[str, Any]", body: "Body") -> "Dict[str, Any]":
    """Remove environments not used for ``unused_seconds``, see environments.prune. -> ``removed``."""
    from clustrix_remote import environments as built

    return {"removed": built.prune(agent.where, header["unused_seconds"])}


OPERATIONS = (probe, interpreters, interpreter_of, container, environment, wheels, build, environments, prune)
