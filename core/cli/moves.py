"""The commands that move deliveries, and those that pause and resume everything."""

import argparse
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from typing import Any

from core import door
from core.cli import answers, console
from core.cli.console import Exit
from core.cli.verbs import catch_up, own, perform
from core.clock import SystemClock
from core.outbox.reader import Reader
from core.paths import Home
from core.words import sentence


def move(home: Home, options: argparse.Namespace) -> Exit:
    """Move the deliveries, here or by their owner; print those that moved as they are now."""
    result = carry_out(home, options.command, {"ids": options.ids})
    with closing(Reader(home)) as reader:
        for delivery in reader.deliveries(result["moved"]):
            console.answer(f"{delivery.id}  {delivery.to}  {answers.state_text(delivery)}")
    return complain_of(result["refused"])


def complain_of(refused: Iterable[tuple[int, str, dict[str, str]]]) -> Exit:
    """Say of each delivery why it did not move, and return how the command ends."""
    codes = set()
    for delivery_id, code, values in refused:
        said = sentence(code, values)
        console.complain(said if "id" in values else f"{delivery_id}: {said}")
        codes.add(code)
    if not codes:
        return Exit.DONE
    return Exit.WRONG_WORDS if codes == {"not_found"} else Exit.REFUSED


def switch(home: Home, options: argparse.Namespace) -> Exit:
    """Pause or resume everything."""
    carry_out(home, options.command, {})
    console.answer("Paused" if options.command == "pause" else "Running")
    return Exit.DONE


def carry_out(home: Home, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Have the owner of the outbox do it or, where nobody owns it, do it here."""
    owned = door.own_or_ask(partial(own, home, SystemClock()), home, verb, arguments)
    if isinstance(owned, dict):
        return owned
    with closing(owned):
        result = perform(owned, verb, arguments)
        catch_up(owned)
        return result
