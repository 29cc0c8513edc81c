"""The line at the foot of the window: what is on the way, how fast it goes, and whether it goes at all."""

from collections import deque

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from core.clock import Clock
from core.outbox.notification import Counts
from core.outbox.states import Place
from gui import wording
from gui.theme import Theme, muted_label

_translate = QCoreApplication.translate

#: The sparkline: bars, and seconds in each: the last three minutes.
BARS = 18
BAR_S = 10


class Pace:
    """How many were sent in each of the last ten seconds. Plain values; `now_s` is monotonic."""

    def __init__(self) -> None:
        self._counts: deque[int] = deque([0] * BARS, BARS)
        self._bar = 0

    def note(self, sent: int, now_s: float) -> None:
        """Count what was just sent."""
        self._go_to(now_s)
        self._counts[-1] += sent

    def bars(self, now_s: float) -> tuple[int, ...]:
        """Return the counts, oldest first; the last one is still growing."""
        self._go_to(now_s)
        return tuple(self._counts)

    def per_minute(self, now_s: float) -> int:
        """Return how many were sent in the last minute."""
        return sum(self.bars(now_s)[-60 // BAR_S :])

    def _go_to(self, now_s: float) -> None:
        bar = int(now_s // BAR_S)
        self._counts.extend([0] * min(BARS, max(0, bar - self._bar)))
        self._bar = max(bar, self._bar)


class StatusBar(QStatusBar):
    """Shows what it is told. `pause_requested()`: the person pressed Pause or Go on.

    It wakes up only while the sparkline moves: three minutes after the last one was sent it rests.
    """

    pause_requested = Signal()

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._pace = Pace()
        self._is_paused = False
        self._engine = ""
        self._engine_color = "sent"
        self.setSizeGripEnabled(False)
        self.setContentsMargins(14, 0, 12, 0)
        self._summary = QLabel()
        self._summary.setFont(theme.digits)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._spark = _Sparkline(theme)
        self._rate = muted_label("", theme.digits)
        self._dot = _Dot(theme)
        self._state = QLabel()
        self._button = QToolButton()
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self.pause_requested)
        shown: tuple[QWidget, ...] = (self._summary, self._spark, self._rate)
        for widget in shown:
            self.addWidget(widget)
        permanent: tuple[QWidget, ...] = (self._dot, self._state, self._button)
        for widget in permanent:
            self.addPermanentWidget(widget)
        # Coarse: it may be late with other timers, and is stopped when all bars are empty.
        self._beat = QTimer(self)
        self._beat.setInterval(BAR_S * 1000)
        self._beat.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._beat.timeout.connect(self._show_pace)
        theme.changed.connect(self._show_state)
        self.set_counts(Counts())
        self._show_state()
        self._show_pace()

    @property
    def pace(self) -> Pace:
        """How fast it went in the last minutes."""
        return self._pace

    def take_pace(self, pace: Pace) -> None:
        """Go on with what another status bar counted."""
        self._pace = pace
        self._show_pace()

    def set_counts(self, counts: Counts) -> None:
        """Show how many are on the way, and when the next one is tried."""
        number = counts.of(Place.ON_THE_WAY)
        now = self._clock.now_ms()
        if not number:
            text = _translate("Status", "Nothing on the way")
        else:
            text = _translate("Status", "{count} on the way").format(count=wording.count(number))
            due = counts.next_due_at
            # A time that has come already is no news: it goes out now.
            if due is not None and due > now + 1000 and not counts.is_paused:
                text = _translate("Status", "{on_the_way} · next {time}").format(
                    on_the_way=text, time=wording.short_time(due, now)
                )
        self._summary.setText(text)
        self.set_paused(counts.is_paused)

    def set_engine(self, words: str, color: str = "sent") -> None:
        """Say what delivers now or what keeps it: "Practice", "Online", "No network"; and the colour of its dot."""
        self._engine, self._engine_color = words, color
        self._show_state()

    def text(self) -> str:
        """Return what is said beside the dot."""
        return self._state.text()

    def set_paused(self, is_paused: bool) -> None:
        """Show whether everything is paused."""
        if is_paused != self._is_paused:
            self._is_paused = is_paused
            self._show_state()

    def set_pause_action(self, action: QAction) -> None:
        """Take the key of the command Pause into the button's tip."""
        keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
        self._button.setToolTip(keys)

    def note_sent(self, number: int) -> None:
        """Count deliveries that were sent just now."""
        if number > 0:
            self._pace.note(number, self._clock.monotonic_s())
            self._show_pace()

    @Slot()
    def _show_pace(self) -> None:
        now_s = self._clock.monotonic_s()
        bars = self._pace.bars(now_s)
        moves = any(bars)
        rate = _translate("Status", "{count}/min").format(count=wording.count(self._pace.per_minute(now_s)))
        self._rate.setText(rate)
        self._spark.set_bars(bars, rate)
        self._rate.setVisible(moves)
        self._spark.setVisible(moves)
        if not (moves and self.isVisible()):
            self._beat.stop()
        elif not self._beat.isActive():
            self._beat.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_pace()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._beat.stop()

    @Slot()
    def _show_state(self) -> None:
        word = _translate("Status", "Paused") if self._is_paused else _translate("Status", "Running")
        parts = [part for part in (self._engine, word) if part]
        self._state.setText(" · ".join(parts))
        self._dot.set_color("waiting" if self._is_paused else self._engine_color)
        text = _translate("Status", "Go on") if self._is_paused else _translate("Status", "Pause")
        self._button.setText(text)
        self._button.setIcon(self._theme.icons.icon("play" if self._is_paused else "pause", "muted"))
        self._button.setAccessibleName(text)


class _Dot(QWidget):
    """A small disc in a state's colour; the word beside it says the same."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._color = "sent"
        self.setFixedSize(10, 10)

    def set_color(self, token: str) -> None:
        self._color = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._color))
        painter.drawEllipse(self.rect())


class _Sparkline(QWidget):
    """Bars of what was sent; the last minute in the accent, as the number beside it counts it."""

    _STEP = 5
    _BAR = 4

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_bars(self, bars: tuple[int, ...], rate: str) -> None:
        self._bars = bars
        self.setAccessibleName(_translate("Status", "Sent in the last minutes: {rate}").format(rate=rate))
        self.setToolTip(
            _translate("Status", "Sent in each {seconds} seconds of the last three minutes").format(seconds=BAR_S)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BARS * self._STEP, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        most = max(self._bars, default=0)
        if not most:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        room = self.height()
        for number, count in enumerate(self._bars):
            is_of_minute = number >= len(self._bars) - 60 // BAR_S
            painter.setBrush(self._theme.color("accent" if is_of_minute else "line-strong"))
            # An empty ten seconds is a thin line, not a gap.
            height = max(1.5, (room - 2) * count / most)
            bar = QRectF(number * self._STEP, room - height, self._BAR, height)
            painter.drawRoundedRect(bar, 1, 1)
