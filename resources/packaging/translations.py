"""Brings the texts of the window into resources/translations/*.ts, and these into the *.qm that Qt reads.

    python resources/packaging/translations.py            # after texts have changed: `make translations`
    python resources/packaging/translations.py --release  # makes the .qm; setup.sh does where a .ts is newer

The texts are read from the source by Python itself: Qt's lupdate does not see those whose plural depends on more than
a name. Merging and writing are lupdate's.
"""

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "resources" / "translations"
#: English needs its plurals only: "%Ln recipient(s)" is what programmers read.
LANGUAGES = {"ja": (), "en": ("-pluralonly",)}
#: What stands as the third argument of a text with a plural.
PLURAL = "plural"


@dataclass(frozen=True)
class Text:
    """One text of the window, as it stands in the source."""

    context: str
    words: str
    has_plural: bool = False


class TextError(Exception):
    """A text that nobody could translate; says in which file and line."""


def texts(source: Path = ROOT / "gui") -> list[Text]:
    """Return every text of the window and every sentence of core, each once.

    Raises `TextError`. Reads files; imports nothing of Outtray but the tables of sentences.
    """
    found: dict[Text, None] = {}
    for file in sorted(source.rglob("*.py")):
        found |= dict.fromkeys(_texts_of(file, source.parent))
    found |= {Text("Sentence", words): None for words in _sentences()}
    return list(found)


def _texts_of(file: Path, root: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text("utf-8"))
    inside = {id(node) for each in ast.walk(tree) if isinstance(each, _FUNCTIONS) for node in ast.walk(each)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_translate"):
            continue
        where = f"{file.relative_to(root).as_posix()}:{node.lineno}"
        if id(node) not in inside:
            raise TextError(f"{where}: translated once for all when it is imported, before any language is chosen")
        if not _is_table_of_core(node):
            yield _text_of(node, where)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _is_table_of_core(call: ast.Call) -> bool:
    """Say whether it is the one for the tables of core."""
    return ast.unparse(call) == "_translate('Sentence', words)"


def _text_of(call: ast.Call, where: str) -> Text:
    values = [each.value if isinstance(each, ast.Constant) else None for each in call.args[:3]]
    if call.keywords or len(call.args) not in (2, 4) or not all(isinstance(each, str) and each for each in values):
        raise TextError(f'{where}: write it as _translate("Context", "words") or with "{PLURAL}" and a number behind')
    if len(call.args) == 4 and values[2] != PLURAL:
        raise TextError(f'{where}: the third argument of a text with a plural is "{PLURAL}"')
    return Text(str(values[0]), str(values[1]), len(call.args) == 4)


def _sentences() -> Iterator[str]:
    sys.path.insert(0, str(ROOT))
    try:
        from core.words import PARTS, SENTENCES
    finally:
        sys.path.remove(str(ROOT))
    yield from SENTENCES.values()
    yield from PARTS


def update(folder: Path = FOLDER) -> None:
    """Bring the texts into the .ts files of a folder: new ones unfinished, and those that are gone taken out."""
    lines = ["from PySide6.QtCore import QCoreApplication"]
    for text in texts():
        more = f", {PLURAL!r}, 5" if text.has_plural else ""
        lines.append(f"QCoreApplication.translate({text.context!r}, {_quoted(text.words)}{more})")
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary, "texts.py")
        source.write_text("\n".join(lines) + "\n", "utf-8")
        for language, options in LANGUAGES.items():
            target = folder / f"outtray_{language}.ts"
            _run(
                "lupdate", source, "-no-obsolete", "-locations", "none", "-no-ui-lines", *options,
                "-source-language", "en", "-target-language", language, "-ts", target,
            )  # fmt: skip


def _quoted(words: str) -> str:
    """Return a literal that lupdate reads: it knows \\n and \\" and no other way of quoting."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def release(folder: Path = FOLDER) -> None:
    """Make the .qm beside each .ts, where that is newer."""
    for source in sorted(folder.glob("*.ts")):
        target = source.with_suffix(".qm")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _run("lrelease", "-silent", "-nounfinished", source, "-qm", target)


def _run(tool: str, *arguments: str | Path) -> None:
    """Run a tool of Qt that comes with PySide6."""
    import PySide6  # only its folder is wanted

    program = Path(PySide6.__file__).with_name(tool + (".exe" if sys.platform == "win32" else ""))
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    try:
        release() if "--release" in sys.argv[1:] else update()
    except TextError as error:
        sys.exit(str(error))
