"""What a person chose: the settings and the keys, kept in settings.toml as soon as they are chosen."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from core import settings
from core.executor import Executor
from core.paths import Home
from core.settings import Settings


class Choices(QObject):
    """Holds what is chosen now. Main thread only; the file is written on `files`.

    `changed(Settings, Settings)`: the settings before, and now. `keys_changed()`: other keys do the commands now.
    """

    changed = Signal(object, object)
    keys_changed = Signal()

    def __init__(self, home: Home) -> None:
        """Read the file. Raises `SettingsError`. Blocks."""
        super().__init__()
        self._home = home
        self.settings = settings.load(home)
        #: The keys that were chosen for commands, by their ids.
        self.keys = settings.load_keys(home)

    def choose(self, chosen: Settings, executor: Executor) -> None:
        """Go by other settings from now on, and keep them."""
        before, self.settings = self.settings, chosen
        executor.submit("files", partial(settings.save, self._home, chosen))
        self.changed.emit(before, chosen)

    def choose_keys(self, chosen: dict[str, tuple[str, ...]], executor: Executor) -> None:
        """Have other keys do the commands from now on, and keep them."""
        self.keys = chosen
        executor.submit("files", partial(settings.save_keys, self._home, chosen))
        self.keys_changed.emit()
