"""The rows that are loaded: pages by number, the least lately used forgotten first. Plain values, no Qt."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence

from core.outbox.notification import Delivery

#: Deliveries in a page, and pages kept: a screen of rows is one or two pages; 8,192 rows are about 10 MB.
PAGE = 256
KEPT_PAGES = 32


class Pages:
    """`count` rows, newest first, of which some are loaded.

    Row `r` is ordinal `count - 1 - r`. Ordinals are counted from the oldest, so what comes on top shifts nothing.
    """

    def __init__(self) -> None:
        self.count = 0
        self._pages: OrderedDict[int, list[Delivery | None]] = OrderedDict()
        self._ordinals: dict[int, int] = {}

    def __contains__(self, delivery_id: int) -> bool:
        return delivery_id in self._ordinals

    def __iter__(self) -> Iterator[Delivery]:
        for rows in self._pages.values():
            for delivery in rows:
                if delivery is not None:
                    yield delivery

    def page_of(self, row: int) -> int:
        """Return the page in which a row is."""
        return (self.count - 1 - row) // PAGE

    def at(self, row: int) -> Delivery | None:
        """Return the delivery of a row if it is loaded."""
        if not 0 <= row < self.count:
            return None
        page, place = divmod(self.count - 1 - row, PAGE)
        rows = self._pages.get(page)
        return None if rows is None else rows[place]

    def touch(self, page: int) -> None:
        """Have a page forgotten last."""
        if page in self._pages:
            self._pages.move_to_end(page)

    def row_of(self, delivery_id: int) -> int | None:
        """Return the row of a delivery if it is known."""
        ordinal = self._ordinals.get(delivery_id)
        return None if ordinal is None else self.count - 1 - ordinal

    def put(self, ordinal: int, delivery: Delivery) -> None:
        """Load one row. What stood there, and where the delivery stood before, is forgotten."""
        before = self._ordinals.get(delivery.id, ordinal)
        if before != ordinal and (there := self._pages.get(before // PAGE)) is not None:
            there[before % PAGE] = None
        page, place = divmod(ordinal, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            rows = self._pages[page] = [None] * PAGE
        elif (old := rows[place]) is not None and old.id != delivery.id:
            self._ordinals.pop(old.id, None)
        rows[place] = delivery
        self._ordinals[delivery.id] = ordinal

    def replace(self, delivery: Delivery) -> bool:
        """Take in a newer value of a row that is loaded, and say whether it differs."""
        row = self.row_of(delivery.id)
        if row is None or self.at(row) in (None, delivery):
            return False
        self.put(self._ordinals[delivery.id], delivery)
        return True

    def put_page(self, page: int, rows: Sequence[Delivery]) -> None:
        """Load a page, oldest first, and forget the page that was used least lately."""
        for place, delivery in enumerate(rows):
            if page * PAGE + place < self.count:
                self.put(page * PAGE + place, delivery)
        self.shrink()

    def shrink(self) -> None:
        """Forget pages beyond the number that is kept."""
        while len(self._pages) > KEPT_PAGES:
            _page, rows = self._pages.popitem(last=False)
            for delivery in rows:
                if delivery is not None:
                    self._ordinals.pop(delivery.id, None)

    def reset(self, pages: Mapping[int, Sequence[Delivery]], positions: Mapping[int, int] | None = None) -> None:
        """Forget all and load these pages. `positions` are ordinals known of rows that are not loaded."""
        self._pages.clear()
        self._ordinals = dict(positions or {})
        for page, rows in pages.items():
            self.put_page(page, rows)
