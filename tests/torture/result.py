"""What a part of the long tests comes to."""

from dataclasses import dataclass, field

from tests.judge import Verdict


@dataclass
class Result:
    """What became of everything that a part tried: the table's lines, what went wrong, and what to read besides."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    #: A sentence for each thing that is not as it must be. Empty is good.
    wrong: list[str] = field(default_factory=list)
    #: Sentences under the table: bounds, figures, what could not be tried here.
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, verdict: Verdict, wrong: list[str]) -> None:
        """Add a verdict to the line `name` of the table."""
        self.verdicts[name] = self.verdicts.get(name, Verdict()) + verdict
        self.wrong += [f"{name}: {sentence}" for sentence in wrong]
