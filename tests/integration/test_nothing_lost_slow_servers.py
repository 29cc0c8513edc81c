"""A real slow server beside a quick one, with the program as it is: nobody waits behind what is not theirs."""

import pytest

from tests.commands import Outtray, wait_for
from tests.smtp.scripted import GREETING, SERVE, ScriptedServer

#: As many as are more than a few recipients, and cannot all be gone when the others are.
BULK = tuple(f"p{number}@example.com" for number in range(150))
SLOW = GREETING + "slowly serve 1"

pytestmark = pytest.mark.timeout(120)


def add_account(outtray: Outtray, name: str, port: int) -> None:
    outtray(
        *("account", "add", name, "--address", "me@example.com", "--host", "127.0.0.1", "--port", str(port)),
        *("--security", "none"),
    )


def test_nobody_waits_behind_a_slow_bulk(outtray: Outtray) -> None:
    """B15: 150 go to a server of a second a message: what another account is given goes meanwhile, and a single one of
    the same account goes before the rest of the bulk.
    """
    with ScriptedServer(then=SLOW, may_leave=True) as slow, ScriptedServer(then=SERVE, may_leave=True) as quick:
        add_account(outtray, "slow", slow.port)
        add_account(outtray, "quick", quick.port)
        outtray("send", "--no-deliver", "--from", "slow", "-m", "Hello", *BULK)
        with outtray.running() as process:
            wait_for(lambda: len(slow.taken) > 1)
            outtray("send", "--no-deliver", "--from", "quick", "-m", "Hello", "other@example.com")
            wait_for(lambda: quick.taken)
            assert len(slow.taken) < len(BULK) / 2
            outtray("send", "--no-deliver", "--from", "slow", "-m", "Hello", "single@example.com")
            wait_for(lambda: any(b"single@example.com" in body for body in slow.taken))
            assert len(slow.taken) < len(BULK) / 2
            process.terminate()
            process.wait()
        states = outtray.states()
        assert states["other@example.com"] == states["single@example.com"] == "sent"
