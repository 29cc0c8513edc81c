"""What each command does, by its id."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from core.outbox.states import Place
from gui.language import LANGUAGES

if TYPE_CHECKING:  # it asks for these
    from gui.workplace import Workplace


def handlers_of(workplace: "Workplace") -> dict[str, Callable[[], None]]:
    """Return what is called when a command is asked for."""
    compose, outbox, composing, places = workplace.compose, workplace.outbox, workplace.composing, workplace.places
    return {
        "send": compose.request_send,
        "send_test": composing.send_test,
        "send_later": workplace.ask_later,
        "attach": compose.choose_files,
        "template": lambda: workplace.with_templates(lambda desk: desk.offer()),
        "save_template": lambda: workplace.with_templates(lambda desk: desk.save_form()),
        "templates": lambda: workplace.with_templates(lambda desk: desk.show_all()),
        "back_up": workplace.back_up,
        "book": workplace.show_book,
        "forget": workplace.forget,
        "charts": workplace.show_charts,
        "restore": workplace.restore,
        "move": workplace.move,
        "come_back": workplace.come_back,
        "use_again": outbox.use_again,
        "save_as": outbox.save,
        "new": composing.new,
        "set_aside": composing.new,
        "undo": workplace.undo,
        "accounts": workplace.show_accounts,
        "preferences": places.show_preferences,
        "mend": lambda: workplace.accounts.focus_bar() if workplace.accounts else None,
        "quit": workplace.leave,
        "focus_to": compose.focus_to,
        "focus_subject": compose.focus_subject,
        "focus_message": compose.focus_message,
        "focus_list": outbox.focus_list,
        "next_pane": workplace.change_pane,
        "previous_pane": workplace.change_pane,
        "find": outbox.focus_find,
        "clear": outbox.clear,
        "copy_address": outbox.copy_address,
        "open": outbox.open,
        "edit": outbox.edit,
        "retry": outbox.retry,
        "hold": outbox.hold_or_release,
        "cancel": outbox.cancel,
        "check_sent": outbox.check_sent,
        "send_again": outbox.send_again,
        "mark_sent": outbox.mark_sent,
        "retry_all": workplace.tending.retry_all,
        "pause": workplace.toggle_pause,
        "details": outbox.toggle_details,
        "source": outbox.show_source,
        "compact": workplace.toggle_compact,
        "palette": places.show_palette,
        "keys": places.show_keys,
        "about": places.show_about,
        **{f"filter_{place}": partial(outbox.set_place, place) for place in Place},
        **{f"theme_{theme}": partial(workplace.choose_one, theme=theme) for theme in ("system", "light", "dark")},
        **{f"language_{code}": partial(workplace.choose_one, language=code) for code in ("system", *LANGUAGES)},
    }
