"""`check-sent`: looks for what is not confirmed in the Sent folder of its account.

A look may take longer than anybody waits at the door, so the command looks by itself; whoever owns the outbox is asked
only to take in what came of it.
"""

import argparse
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple
from datetime import UTC, datetime
from functools import partial

from core import door
from core.accounts import accounts
from core.accounts.secrets import Secrets
from core.accounts.sent import GOING, Looked, look_for
from core.cli import answers, console
from core.cli.console import Exit
from core.cli.moves import carry_out, complain_of
from core.cli.verbs import catch_up, own
from core.clock import SystemClock
from core.outbox.notification import Delivery, Sighting
from core.outbox.reader import Reader
from core.outbox.states import Reason, State
from core.paths import Home
from core.program import Program
from core.words import STATE_WORDS, problem_sentence, sentence

#: In one request: a small part of what goes through the door.
_AT_ONCE = 1000


def check_sent(home: Home, options: argparse.Namespace) -> Exit:
    """Look for each delivery, have the outbox take in what was found, and say it, a line for each."""
    ids = list(dict.fromkeys(options.ids))
    _recover(home)
    with closing(Reader(home)) as reader:
        known = {delivery.id: delivery for delivery in reader.deliveries(ids)}
        wanted = [known[each] for each in ids if each in known and known[each].state is State.UNCONFIRMED]
        looked = look_for(accounts.load(home), Secrets(home, os.environ), wanted, broken=reader.account_states())
        _take_in(home, [each.sighting for each in looked if each.sighting is not None])
        now = {delivery.id: delivery for delivery in reader.deliveries(ids)}
    troubles = _say(looked, now)
    unfit = sorted(set(ids) - {each.id for each in wanted}, key=ids.index)
    ended = complain_of([_refusal(each, known.get(each)) for each in unfit])
    if troubles:
        return troubles[0]
    is_open = any(now[each.id].state is not State.SENT for each in wanted if each.id in now)
    return Exit.UNCONFIRMED if is_open else ended


def _recover(home: Home) -> None:
    """Put right what a crash left, where nobody owns the outbox: only then it is known what is not confirmed."""
    owned = door.own_or_ask(partial(own, home, SystemClock()), home, "owner", {})
    if isinstance(owned, Program):
        with closing(owned):
            catch_up(owned)


def _take_in(home: Home, sightings: Sequence[Sighting]) -> None:
    for first in range(0, len(sightings), _AT_ONCE):
        part = [astuple(each) for each in sightings[first : first + _AT_ONCE]]
        # Asked twice, what was found is sent already: that is no refusal. So the rows are read again.
        carry_out(home, "sighted", {"sightings": part})


def _say(looked: Sequence[Looked], now: dict[int, Delivery]) -> list[Exit]:
    """Say what came of each; return how the command ends for those that nobody could look for."""
    troubles: list[Exit] = []
    for each in looked:
        delivery = now.get(each.delivery.id, each.delivery)
        if each.problem is not None:
            console.complain(f"{delivery.id}: {answers.one_line(problem_sentence(each.problem))}")
            troubles.append(console.exit_of_account(each.problem.code))
        elif delivery.state is State.SENT:  # found, or settled by somebody else meanwhile
            words = (
                f"Sent. {_found(each.sighting)}" if delivery.reason is Reason.FOUND else answers.state_text(delivery)
            )
            console.answer(f"{delivery.id}  {delivery.to}  {words}")
        elif delivery.state is State.UNCONFIRMED and each.sighting is not None:
            values = {"where": each.sighting.where, "time": f"{datetime.now(UTC).astimezone():%H:%M}"}
            console.complain(f"{delivery.id}: {sentence('sent_not_there', values)}")
        elif each.sighting is not None and each.sighting.is_found:  # sent again meanwhile
            words = sentence("sent_found_late", {"where": each.sighting.where})
            console.complain(f"{delivery.id}: {words if delivery.state in GOING else answers.state_text(delivery)}")
        else:
            console.complain(f"{delivery.id}: {answers.state_text(delivery)}")
    return troubles


def _found(sighting: Sighting | None) -> str:
    return sentence("sent_found", {"where": sighting.where}) if sighting is not None else ""


def _refusal(delivery_id: int, delivery: Delivery | None) -> tuple[int, str, dict[str, str]]:
    if delivery is None:
        return delivery_id, "not_found", {"id": str(delivery_id)}
    state = STATE_WORDS[delivery.state.value].lower()
    return delivery_id, "move_refused", {"id": str(delivery_id), "state": state, "verb": "checked"}
