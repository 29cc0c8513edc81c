"""Smuggling, as real servers read it: what holds another mail inside is one message to Postfix, Exim and OpenSMTPD."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Outtray
from tests.integration.test_nothing_lost_bytes import ENDS, SMUGGLED
from tests.integration.test_nothing_lost_real_servers import add_account
from tests.smtp.certificates import Authority
from tests.smtp.daemons import MailServer
from tests.torture.servers import SERVERS

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, authority: Authority) -> Iterator[MailServer]:
    """Each of the three in turn, keeping what it takes in its queue."""
    with SERVERS[request.param](authority) as server:
        yield server


def test_one_message_arrives(outtray: Outtray, server: MailServer, authority: Authority, tmp_path: Path) -> None:
    """B12 with Postfix, Exim and OpenSMTPD: each smuggling sequence in text and attachment: one message each is in
    the queue, with the Message-ID that we gave it.
    """
    add_account(outtray, server, authority)
    expected = []
    for number, end in enumerate(ENDS):
        file = tmp_path / f"a{number}.eml"
        file.write_bytes(f"Hello{end}{SMUGGLED}".encode())
        words = ("send", "--json", "--no-deliver", "--attach", str(file), f"p{number}@example.com")
        text = f"Hello{end}{SMUGGLED}".replace("\x00", "")
        expected += [each["message_id"] for each in outtray.json(*words, typed=text.encode())["deliveries"]]
    outtray("run", "--until-empty")
    assert set(outtray.states().values()) == {"sent"}
    assert server.kept() == dict.fromkeys(expected, 1)
