"""Real mail servers killed -9 while thousands go to them: what they kept in their queues is the judge.

B14. The program is the unmodified one, run as a process, with as many connections as it finds good. A copy more than
once is looked for in two steps: while nobody sends anything again, then after a person sent all that is unconfirmed
again.
"""

import contextlib
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.accounts import accounts
from core.executor import Inline
from core.outbox.notification import Draft, Recipient, new_token
from core.outbox.reader import Reader
from core.outbox.states import State
from core.paths import Home
from core.program import Program
from core.runner import BUDGET_UNDER_RUN
from core.settings import Settings
from tests.commands import PATIENCE_S, Outtray
from tests.judge import Verdict, judge
from tests.outboxes import contradictions
from tests.smtp import exim, opensmtpd, postfix
from tests.smtp.certificates import Authority
from tests.smtp.daemons import MailServer
from tests.torture.result import Result

#: Each yields a server that keeps what it takes, or skips with the reason why it is not there.
SERVERS: dict[str, Callable[[Authority], AbstractContextManager[MailServer]]] = {
    "Postfix": lambda authority: postfix.running(authority, is_holding=True),
    "Exim": exim.running,
    "OpenSMTPD": lambda _: opensmtpd.running(),
}
#: When nothing was sent for so long (s), it is over: after a trouble an account waits for 15 s, then for longer.
_STUCK_S = 150.0
#: So long after a kill (s) what counts as sent may have been sent before it.
_IN_FLIGHT_S = 1.0
#: What still has a way to go by itself.
_ON_THE_WAY = (State.QUEUED, State.SENDING, State.HANDING_OVER)


@dataclass
class Killed:
    """What came of one server's run."""

    verdict: Verdict = field(default_factory=Verdict)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(say: Callable[[str], None], *, count: int = 10_000, kills: int = 3) -> Result:
    """Let `count` go to each server that is there, killing it so often meanwhile; some minutes."""
    result = Result()
    chance = random.Random()
    folder = Path(tempfile.mkdtemp(prefix="outtray-servers-"))
    authority = Authority(folder)
    for name, running in SERVERS.items():
        try:
            with running(authority) as server:
                say(f"{name}: {count} messages, killed {kills} times")
                killed = play(server, authority, folder / name, count, kills, chance)
        except pytest.skip.Exception as reason:
            result.notes.append(f"{name} was not tried. {reason}")
            continue
        result.add(f"{name} killed", killed.verdict, killed.wrong)
        result.notes += killed.notes
        for note in killed.notes:
            say(note)
    if result.wrong:
        result.notes.append(f"The outboxes in which something was wrong are kept in {folder}.")
    else:
        shutil.rmtree(folder)
    return result


def play(
    server: MailServer, authority: Authority, folder: Path, count: int, kills: int, chance: random.Random
) -> Killed:
    """Accept `count`, deliver them while the server is killed and started again, and judge."""
    home = Home(folder)
    home.create()
    home.settings.write_text("retry_s = [1]\n")  # nobody waits an hour here
    accounts.add(home, server.account(authority))
    began_s = time.monotonic()
    told = _accepted(home, count)
    accept_s = time.monotonic() - began_s
    outtray = Outtray(home.root)
    outtray.environ |= server.environ
    killed = Killed()
    with _delivering(outtray, killed), closing(Reader(home)) as reader:
        watch = _Watch(reader)
        for sent in sorted(chance.uniform(0.05, 0.9) * count for _ in range(kills)):
            if not watch.until_sent(int(sent)):
                break
            time.sleep(chance.uniform(0, 0.05))  # any moment of a message
            server.kill()
            watch.was_killed()
            time.sleep(chance.uniform(0.1, 1.5))
            server.start()
        if not watch.until_all_went():
            killed.wrong.append(f"nothing went for {_STUCK_S:g} s, and {watch.on_the_way()} still wait")
        up_s = watch.up_s()
        arrived = server.kept()
        killed.verdict, wrong = judge(home, arrived, told, faults=kills)
        killed.wrong += wrong
        asked = list(reader.list(State.UNCONFIRMED))
        # One dot is out at a time on each connection; one connection more may show whether the server works again.
        if len(asked) > kills * (BUDGET_UNDER_RUN + 1):
            killed.wrong.append(f"{len(asked)} are not confirmed, more than had their dot out")
        had_arrived = sum(1 for row in asked if arrived[row.message_id])
        double = _sent_again(outtray, server, watch, [row.message_id for row in asked], killed)
    killed.wrong += contradictions(home)
    waits = ", ".join(f"{each_s:.0f}" for each_s in watch.down_s)
    killed.notes.append(
        f"{server.name}: {count / accept_s:.0f} accepted and {watch.sent / up_s:.0f} delivered a second; "
        f"after a kill the next one went after {waits} s."
    )
    killed.notes.append(
        f"{server.name}: {len(asked)} not confirmed, of which {had_arrived} had arrived. "
        f"A person sent them again: {double} are there twice."
    )
    return killed


def _accepted(home: Home, count: int) -> list[str]:
    """Accept so many, each a notification of its own; return the Message-IDs of their receipts."""
    program = Program(home, Inline(), Settings())
    try:
        program.open().wait()
        told = []
        for number in range(count):
            draft = Draft((Recipient(f"reader{number}@example.com"),), "Hello", "Hello there.\n.\n", account="work")
            receipt = program.outbox.accept(draft, token=new_token()).wait()
            told += [each.message_id for each in receipt.deliveries]
        return told
    finally:
        program.close()


@contextlib.contextmanager
def _delivering(outtray: Outtray, killed: Killed) -> Iterator[None]:
    """Have the program deliver, as a process; it must end as it should when it is told to."""
    process = outtray.start("run")
    try:
        yield
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE_S)
        if process.returncode or b"Traceback" in said:
            killed.wrong.append(f"run ended with {process.returncode}: {said.decode('utf-8', 'replace')}")
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _sent_again(outtray: Outtray, server: MailServer, watch: "_Watch", message_ids: list[str], killed: Killed) -> int:
    """Do what a person may do: send what is not confirmed again. Return how many are there twice then."""
    if not message_ids:
        return 0
    ids = [str(row["id"]) for row in outtray.rows("--state", "unconfirmed", "--limit", "1000")]
    outtray("send-again", *ids)
    watch.until_all_went()
    arrived = server.kept()
    _, wrong = judge(Home(outtray.home), arrived)
    killed.wrong += [f"after sending again: {sentence}" for sentence in wrong]
    killed.wrong += [f"{each} was sent again and did not arrive" for each in message_ids if not arrived[each]]
    return sum(1 for each in message_ids if arrived[each] > 1)


class _Watch:
    """Looks at the outbox from outside while it delivers, and at how long nothing went."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.sent = 0
        #: How long nothing went after each kill, in seconds.
        self.down_s: list[float] = []
        self._began_s = self._changed_s = time.monotonic()
        self._ended_s = self._began_s
        #: When it was killed; None where something went since then.
        self._down_since_s: float | None = None

    def until_sent(self, count: int) -> bool:
        """Wait for so many to be sent; False where it never comes to that."""
        return self._until(lambda: self.sent >= count)

    def until_all_went(self) -> bool:
        """Wait until nothing is on its way; False where something stays."""
        is_done = self._until(lambda: not self.on_the_way())
        self._ended_s = time.monotonic()
        return is_done

    def was_killed(self) -> None:
        """Note that the server was killed."""
        self._down_since_s = time.monotonic()

    def on_the_way(self) -> int:
        by_state = self._reader.counts().by_state
        return sum(by_state[state] for state in _ON_THE_WAY)

    def up_s(self) -> float:
        """Return how long it took in all, the times without a server left out."""
        return self._ended_s - self._began_s - sum(self.down_s)

    def _until(self, condition: Callable[[], bool]) -> bool:
        while True:
            self._look()
            if condition():
                return True
            if time.monotonic() - self._changed_s > _STUCK_S:
                return False
            time.sleep(0.01)

    def _look(self) -> None:
        sent = self._reader.counts().by_state[State.SENT]
        if sent == self.sent:
            return
        now_s = self._changed_s = time.monotonic()
        self.sent = sent
        # What had been answered before the kill is on disk within moments.
        if self._down_since_s is not None and now_s - self._down_since_s > _IN_FLIGHT_S:
            self.down_s.append(now_s - self._down_since_s)
            self._down_since_s = None
