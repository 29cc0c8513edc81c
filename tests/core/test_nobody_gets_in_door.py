"""Nobody gets in by the door: no frame without the token does anything, whatever it is and however it is cut."""

import json
import socket
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.door import Door, ask
from core.paths import Home

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["verb", "token", "x"]), inner),
    max_leaves=6,
)
_FRAMES = st.one_of(st.binary(max_size=60), _JSON.map(lambda value: json.dumps(value).encode()))


def test_no_frame_without_the_token_does_anything(tmp_path: Path) -> None:
    """C9: garbage, JSON of any form, several lines, cut anywhere or left half: refused or closed, and the owner answers
    the next one who knows the token."""
    heard: list[dict[str, Any]] = []

    def handle(request: dict[str, Any]) -> dict[str, Any]:
        heard.append(request)
        return {"owner": True}

    home = Home(tmp_path)
    door = Door(home, handle)
    door.open()
    port = json.loads(home.door.read_text())["port"]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(_FRAMES, min_size=1, max_size=3), st.booleans(), st.integers(1, 40))
    def knocked(frames: list[bytes], is_ended: bool, size: int) -> None:
        data = b"\n".join(frames) + (b"\n" if is_ended else b"")
        with socket.create_connection(("127.0.0.1", port), 20) as connection:
            connection.settimeout(20)
            try:
                for start in range(0, len(data), size):
                    connection.sendall(data[start : start + size])
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(1 << 16)
            except OSError:
                answer = b""
        assert answer == b"" or json.loads(answer) == {"error": {"type": "refused"}}
        assert heard == []

    try:
        knocked()
        assert ask(home, "owner", {}) == {"owner": True}
    finally:
        door.close(20)
