"""`export`: the deliveries with their outcomes, as a file for a spreadsheet or for a program."""

import argparse
import csv
import io
import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TextIO

from core.cli import answers
from core.cli.console import CommandError, Exit
from core.outbox.notification import Delivery
from core.outbox.reader import Reader
from core.paths import Home, reason, whole_file


def export(home: Home, options: argparse.Namespace) -> Exit:
    """Write every delivery, newest first. The file appears whole, or stays as it was; only its owner can read it.

    A regular file of that name is replaced, as by cp. Raises `CommandError` for anything else there, and for a
    name inside the outbox's own folder.
    """
    path = Path(os.path.realpath(options.file))  # a link stays, what it names is replaced
    if path.exists() and not path.is_file():
        raise CommandError(f"{options.file} is there already and is not a regular file.", Exit.CANNOT_CREATE)
    if Path(os.path.realpath(home.root)) in path.parents:
        raise CommandError(f"{options.file} is in the outbox's own folder; choose another.", Exit.CANNOT_CREATE)
    with closing(Reader(home)) as reader:
        reader.log_mark()  # says in words where there is no outbox, before a file is begun
        is_begun = False
        try:
            with whole_file(path) as file:
                is_begun = True
                text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
                _WRITERS[options.format](reader.list(), text)
                text.detach()
        except OSError as error:
            exit_ = Exit.DISK if is_begun else Exit.CANNOT_CREATE
            raise CommandError(f"{options.file} cannot be written: {reason(error)}.", exit_) from error
    return Exit.DONE


def _write_csv(deliveries: Iterable[Delivery], file: TextIO) -> None:
    writer = csv.writer(file)  # RFC 4180: commas, CRLF
    writer.writerow(answers.DELIVERY_KEYS)
    writer.writerows(map(answers.csv_cells, deliveries))


def _write_jsonl(deliveries: Iterable[Delivery], file: TextIO) -> None:
    file.writelines(f"{answers.json_line(answers.delivery_json(delivery))}\n" for delivery in deliveries)


_WRITERS = {"csv": _write_csv, "jsonl": _write_jsonl}
