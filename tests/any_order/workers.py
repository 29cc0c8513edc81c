"""Who hands messages over in the machine: step by step as a transport does, or a whole run by the program's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from core.delivery.attempt import Attempts
from core.mail.transport import Desk, Outcome, Parcel, Phase, Verdict
from core.outbox.notification import PRACTICE, Claim
from tests.any_order.witness import Witness
from tests.dispatching import LOGIN_LATER, NOBODY, OFFLINE, WRONG

#: What ends an attempt before the dot.
BEFORE_THE_DOT = (
    Outcome(Verdict.LATER, Phase.RCPT, 450, "4.2.0 Try again later"),
    Outcome(Verdict.REFUSED, Phase.RCPT, 550, "5.1.1 No such user"),
    Outcome(Verdict.LATER, Phase.BODY, None, "The connection was cut."),
    OFFLINE,
    NOBODY,
    WRONG,
    LOGIN_LATER,
    Outcome(Verdict.DAMAGED, Phase.BODY),
)
PRACTISED = Outcome(Verdict.TAKEN, Phase.FOLDER)


class Dot(Enum):
    """What a server makes of a message whose end it read."""

    TAKEN = Outcome(Verdict.TAKEN, Phase.DOT, 250, "2.0.0 Ok")
    LATER = Outcome(Verdict.LATER, Phase.DOT, 451, "4.3.0 Try again later")
    REFUSED = Outcome(Verdict.REFUSED, Phase.DOT, 554, "5.7.1 Spam")
    #: It took it, and its answer never came.
    TAKEN_SILENTLY = Outcome(Verdict.UNKNOWN, Phase.DOT, None, "No answer came.")
    #: The dot never came to it.
    CUT = Outcome(Verdict.UNKNOWN, Phase.DOT, None, "The connection was cut. ")

    @property
    def is_taken(self) -> bool:
        return self in (Dot.TAKEN, Dot.TAKEN_SILENTLY)


class Stage(Enum):
    """How far a worker is with its message."""

    CLAIMED = "claimed"
    INTENDED = "intended"
    #: It has an outcome that is not on disk.
    ANSWERED = "answered"
    #: Settled, given back or fenced off. Whatever it does now is too late.
    GONE = "gone"


@dataclass(eq=False)
class Worker:
    """Somebody with a claim, in this life of the program or in an earlier one."""

    claim: Claim
    #: In which life of the program it was claimed.
    life: int
    stage: Stage = Stage.CLAIMED
    outcome: Outcome | None = None

    @property
    def is_practice(self) -> bool:
        return self.claim.account == PRACTICE


@dataclass(eq=False)
class Run:
    """The claims of one connection. `is_looked`: they came by the dispatcher's look, which wants to hear of the end."""

    workers: list[Worker]
    life: int
    is_looked: bool

    @property
    def is_untouched(self) -> bool:
        return all(worker.stage is Stage.CLAIMED for worker in self.workers)

    @property
    def is_over(self) -> bool:
        return all(worker.stage is Stage.GONE for worker in self.workers)


class Died(BaseException):
    """The program ends here; `left` is what is on disk. Whatever it still does never was."""

    def __init__(self, left: dict[str, bytes]) -> None:
        super().__init__()
        self.left = left


@dataclass
class Server:
    """A transport whose other side does what was drawn: for each message how it ends, and where the program dies."""

    witness: Witness
    is_idempotent: bool
    endings: Sequence[Dot | Outcome]
    #: Called at each place where the program may die, with its name.
    reached: Callable[[str], None]
    handed_over: list[str] = field(default_factory=list)

    def hand_over(self, run: Sequence[Parcel], desk: Desk) -> None:
        for number, parcel in enumerate(run):
            if not desk.may_go_on():
                return
            ending = self.endings[number % len(self.endings)]
            self.reached("begun")
            if isinstance(ending, Outcome):
                desk.settle(parcel, ending)
            elif self.is_idempotent:
                self.witness.practised.add(parcel.message_id)
                self.reached("dot")
                desk.settle(parcel, PRACTISED)
            elif not desk.intend(parcel):
                desk.settle(parcel, Outcome(Verdict.DROPPED))
            else:
                self.reached("intended")
                self.witness.arrived[parcel.message_id] += ending.is_taken
                self.handed_over.append(parcel.message_id)
                self.reached("dot")
                desk.settle(parcel, ending.value)
            self.reached("settled")

    def let_go(self, idle_s: float) -> bool:
        return False

    def halt(self) -> None:
        """Break nothing off."""


class Patient(Attempts):
    """Attempts that find room whenever the disk refused an outcome."""

    make_room: Callable[[], None]

    def wait_for_room(self) -> bool:
        self.make_room()
        return True
