"""tf.app.flags, tf.app.run and tf.logging by their keywords."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any


def _defined(flags: Any, values: Any) -> None:
    flags.DEFINE_string("name", default="a", help="whose", flag_values=values)
    flags.DEFINE_integer("steps", default=3, help="how many", flag_values=values, lower_bound=0)
    flags.DEFINE_float("rate", default=0.5, help="how fast", flag_values=values)
    flags.DEFINE_bool("fast", default=True, help="whether", flag_values=values)
    flags.DEFINE_boolean("slow", False, "or not", flag_values=values)
    flags.DEFINE_list("names", default=["a"], help="all", flag_values=values)
    flags.DEFINE_enum("kind", default="one", enum_values=["one", "two"], help="which", flag_values=values)
    flags.DEFINE_multi_string("more", default=None, help="many", flag_values=values)


def parsed(tf: Any, folder: Path) -> Any:
    found = []
    for line in (
        "",
        "--name=b --steps 4 --rate=1e-3 --nofast --slow --names=x,y --kind=two --more=1 --more=2 rest",
    ):
        values = tf.flags.FlagValues()
        _defined(tf.flags, values)
        tf.flags.mark_flag_as_required("name", flag_values=values)
        rest = values(["program", *line.split()])
        found.append(
            [
                {
                    name: values[name].value
                    for name in values
                    if name in "name steps rate fast slow names kind more"
                },
                rest,
            ]
        )
    return found


def of_old_scripts(tf: Any, folder: Path) -> Any:
    flags = tf.app.flags
    flags.DEFINE_string(flag_name="program_text", default_value="here", docstring="a text")
    flags.DEFINE_integer("program_count", 3, "a number")
    flags.DEFINE_float("program_rate", 0.5, "a rate")
    flags.DEFINE_boolean("program_switch", True, "a switch")
    flags.DEFINE_bool("program_other", False, "another")
    seen: list[Any] = []

    def main(argv: list[str]) -> int:
        names = "text count rate switch other".split()
        seen.append([argv[1:], *(getattr(flags.FLAGS, f"program_{name}") for name in names)])
        return len(argv)

    statuses = []
    for arguments in (["--program_count=5", "--noprogram_switch", "more"], []):
        try:
            tf.app.run(main=main, argv=["script", *arguments])
        except SystemExit as end:
            statuses.append(end.code)
    before, module = sys.argv, sys.modules["__main__"]
    kept = getattr(module, "main", None)
    sys.argv, module.main = ["script", "--program_rate=2.5"], main  # type: ignore[attr-defined]
    for call in (lambda: tf.app.run(main), lambda: tf.app.run()):
        try:
            call()
        except SystemExit as end:
            statuses.append(end.code)
    sys.argv, module.main = before, kept  # type: ignore[attr-defined]
    return {"seen": seen, "statuses": statuses}


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append([record.levelname, record.getMessage()])


def logged(tf: Any, folder: Path) -> Any:
    heard = _Lines()
    logger = logging.getLogger("tensorflow")
    before = tf.logging.get_verbosity()
    logger.addHandler(heard)
    tf.logging.set_verbosity(tf.logging.DEBUG)
    tf.logging.debug("debug")
    tf.logging.set_verbosity(v=tf.logging.INFO)
    tf.logging.debug("hidden")
    tf.logging.info("one")
    tf.logging.info("two %s", 2)
    tf.logging.info("three %s %d", "a", 3)
    tf.logging.info("four %s %s %s", 1, 2, 3)
    tf.logging.info("five %s %s %s %s", 1, 2, 3, 4)
    tf.logging.info("seven %s %s %s %s %s %s", 1, 2, 3, 4, 5, 6)
    tf.logging.warn("warn")
    tf.logging.warning("warning %s", 1)
    tf.logging.error("error")
    tf.logging.fatal("fatal")
    tf.logging.log(tf.logging.ERROR, "log %s", 1)
    tf.logging.log_if(tf.logging.WARN, "if", True)
    tf.logging.set_verbosity(tf.logging.FATAL)
    tf.logging.error("hidden")
    logger.removeHandler(heard)
    tf.logging.set_verbosity(before)
    return heard.lines
