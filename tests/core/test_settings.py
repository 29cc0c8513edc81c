"""settings.toml: read as typed values, written without taking anything from the person who keeps it."""

import dataclasses
import stat
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.paths import Home
from core.settings import Settings, load, save, unknown_keys

LIMITS = "a text of at most 200 characters without control characters"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_no_file_is_all_defaults_and_makes_none(home: Home) -> None:
    """A fresh outbox needs no settings: five seconds of undo, the system's theme."""
    assert load(home) == Settings(undo_s=5, theme="system", density="comfortable", sender_name="")
    assert not home.settings.exists()


def test_what_is_saved_is_read_back(home: Home) -> None:
    chosen = Settings(undo_s=30, theme="dark", density="compact", sender_name="Ann “Q” Ito\\ 伊藤")
    save(home, chosen)
    assert load(home) == chosen
    save(home, Settings())
    assert load(home) == Settings()


def test_the_file_is_private(home: Home) -> None:
    """0600, as everything in the home."""
    save(home, Settings(theme="dark"))
    assert stat.S_IMODE(home.settings.stat().st_mode) == 0o600
    assert [each.name for each in home.root.iterdir()] == ["settings.toml"], "nothing unfinished is left"


def test_comments_order_and_unknown_keys_survive(home: Home) -> None:
    """A person's file stays theirs; what a newer Outtray wrote is kept, and can be named."""
    home.settings.write_text('# mine\ntheme = "dark"  # at night\nfuture = 1\n\n[account]\nname = "x"\n')
    assert load(home).theme == "dark"
    assert unknown_keys(home) == ("future",), "accounts are read elsewhere"
    save(home, dataclasses.replace(load(home), theme="light", undo_s=0))
    text = home.settings.read_text()
    assert '# mine\ntheme = "light"  # at night\nfuture = 1\n' in text
    assert '[account]\nname = "x"\n' in text
    assert load(home) == Settings(theme="light", undo_s=0)


def test_a_comment_inside_a_value_that_nobody_changed_survives(home: Home) -> None:
    """Another choice rewrites its own line only: not a list that was kept over several lines, with words between."""
    text = "retry_s = [\n  15,  # soon\n  0x3c,\n]  # then give up\n"
    home.settings.write_text(text)
    save(home, dataclasses.replace(load(home), theme="dark"))
    assert home.settings.read_text() == f'{text}theme = "dark"\n'
    save(home, dataclasses.replace(load(home), retry_s=(15,)))
    assert home.settings.read_text().startswith("retry_s = [15]")


def test_defaults_are_not_written(home: Home) -> None:
    """What nobody chose stays open to a better default."""
    save(home, Settings(theme="dark"))
    assert home.settings.read_text() == 'theme = "dark"\n'


def test_a_link_stays_a_link(home: Home, tmp_path: Path) -> None:
    """People keep their settings elsewhere, under version control."""
    kept = tmp_path / "kept.toml"
    kept.write_text("undo_s = 10\n")
    home.settings.symlink_to(kept)
    save(home, Settings(undo_s=60))
    assert home.settings.is_symlink()
    assert kept.read_text() == "undo_s = 60\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "pink"', 'settings.toml: theme must be "system", "light" or "dark", not "pink".'),
        ("undo_s = 7", "settings.toml: undo_s must be 0, 5, 10, 30 or 60, not 7."),
        ("undo_s = true", "settings.toml: undo_s must be 0, 5, 10, 30 or 60, not true."),
        ("undo_s = 5.0", "settings.toml: undo_s must be 0, 5, 10, 30 or 60, not 5.0."),
        ('undo_s = "5"', 'settings.toml: undo_s must be 0, 5, 10, 30 or 60, not "5".'),
        ("theme = []", 'settings.toml: theme must be "system", "light" or "dark", not [].'),
        ("sender_name = 1", "settings.toml: sender_name must be a text in quotes, not 1."),
        (
            'sender_name = "a\\nBcc: b@example.com"',
            f'settings.toml: sender_name must be {LIMITS}, not "a Bcc: b@example.com".',
        ),
        (
            f'sender_name = "{"a" * 201}"',
            f'settings.toml: sender_name must be {LIMITS}, not "{"a" * 58}….',
        ),
    ],
)
def test_a_wrong_value_names_its_key(home: Home, text: str, said: str) -> None:
    """Each is one sentence that says what may stand there."""
    home.settings.write_text(text)
    with pytest.raises(SettingsError) as raised:
        load(home)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'theme = "dark"\nundo_s = \n', 2),
        (b"\n\nwhat is this\n", 3),
        (b'theme = "dark"\ntheme = "light"\n', 2),
        (b'\n# a comment\nsender_name = "\xff"\n', 3),
        (b"a = [", 1),
        (b'a = """\nno end\n', 2),
        (b"a = " + b"[" * 5000, 1),
    ],
)
def test_an_unreadable_file_names_its_line(home: Home, data: bytes, line: int) -> None:
    """A file that is no TOML, or no UTF-8, is refused with its line and is not touched."""
    home.settings.write_bytes(data)
    for attempt in (lambda: load(home), lambda: save(home, Settings(theme="dark"))):
        with pytest.raises(SettingsError) as raised:
            attempt()
        assert str(raised.value).startswith(f"settings.toml, line {line}: ")
        assert "\n" not in str(raised.value)
    assert home.settings.read_bytes() == data


def test_a_mark_before_the_text_is_no_error(home: Home) -> None:
    """Some editors of Windows write one."""
    home.settings.write_bytes(b'\xef\xbb\xbftheme = "dark"\r\n')
    assert load(home).theme == "dark"


def test_a_folder_of_that_name_is_said_in_words(home: Home) -> None:
    home.settings.mkdir()
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be read: is a directory"):
        load(home)


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    """The file that was there stays, and nothing unfinished is left."""
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(SettingsError, match=r"cannot be written|cannot be read"):
        save(Home(file), Settings(theme="dark"))
    assert file.read_text() == ""


def test_how_long_it_is_tried_is_a_setting(home: Home) -> None:
    """The waits between tries, when to give up and when to say that it still waits."""
    assert (load(home).give_up_days, load(home).warn_after_h) == (3, 4)
    home.settings.write_text("retry_s = [5, 60]\ngive_up_days = 1\nwarn_after_h = 2\n")
    chosen = load(home)
    assert (chosen.retry_s, chosen.give_up_days, chosen.warn_after_h) == ((5, 60), 1, 2)
    save(home, dataclasses.replace(chosen, retry_s=(7,)))
    assert home.settings.read_text() == "retry_s = [7]\ngive_up_days = 1\nwarn_after_h = 2\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("retry_s = 15", "retry_s must be a list of 1 to 50 numbers of seconds, as in [15, 60, 300], not 15."),
        ("retry_s = []", "retry_s must be a list of 1 to 50 numbers of seconds, as in [15, 60, 300], not []."),
        ("retry_s = [0]", "each number of retry_s must be a whole number from 1 to 604800, not 0."),
        ("retry_s = [1.5]", "each number of retry_s must be a whole number from 1 to 604800, not 1.5."),
        ("give_up_days = 0", "give_up_days must be a whole number from 1 to 30, not 0."),
        ("give_up_days = true", "give_up_days must be a whole number from 1 to 30, not true."),
        ('warn_after_h = "4"', 'warn_after_h must be a whole number from 1 to 720, not "4".'),
    ],
)
def test_a_number_that_is_none_is_refused_in_words(home: Home, text: str, said: str) -> None:
    home.settings.write_text(f"{text}\n")
    with pytest.raises(SettingsError) as caught:
        load(home)
    assert str(caught.value) == f"settings.toml: {said}"
