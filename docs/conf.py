"""How the manual is built: ``make docs`` writes it into build/docs, and every warning is an error.

The pages are read on the repository's page as they are, too. What only Sphinx needs is therefore here: the tables of
index.md and reference/index.md are the tables of contents (:func:`with_contents`), and the lists of the reference
are made of the package (``public_names.py``).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent), str(DOCS)]  # the checkout's own package is described, installed or not

from public_names import by_last_name, defined_names, with_lists, with_members  # noqa: E402

from estimator.core.version import VERSION  # noqa: E402

project = "estimator"
author = "the authors of estimator"
release = version = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nitpicky = True
myst_heading_anchors = 4

add_module_names = False  # the page says which module it is
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # docstrings have the types, and the shapes beside them
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_custom_sections = ["Shape", "Source"]

html_theme = "furo"
html_title = f"estimator {VERSION}"
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_copy_source = False
html_show_sourcelink = False


def with_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Complete a page: index pages by a hidden table of contents, those of the reference by what they list."""
    if name in ("index", "reference/index"):
        source[0] += "".join(contents(source[0]))
    if name.startswith("reference/"):
        source[0] = with_lists(with_members(source[0]))
    source[0] = source[0].replace("](../benchmarks/RESULTS.md", "](results.md")
    source[0] = source[0].replace("](../benchmarks/SCALING.md", "](scaling.md")


def contents(page: str) -> list[str]:
    """A table of contents for each table of pages, called as the section in which it stands."""
    found = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        pages = re.findall(r"^\| \[[^]]*\]\(([\w/]+)\.md\) \|", section, re.MULTILINE)
        if pages:
            lines = "\n".join(pages)
            caption = section.partition("\n")[0]
            found.append(f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n```\n")
    return found


def as_prose(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Docstrings are plain text: types ("sequence of str") are not looked up word by word, and |x| is a size."""
    for at, line in enumerate(lines):
        parts = line.split("``")
        parts[::2] = [re.sub(r"\|(?=\S)", r"\|", part) for part in parts[::2]]
        lines[at] = line = "``".join(parts)
        if match := re.match(r":vartype (\w+): (.*)", line):
            start = f":ivar {match[1]}:"
            owner = next(i for i, other in enumerate(lines) if other.startswith(start))
            lines[owner] = f"{start} ({match[2]}) {lines[owner].removeprefix(start).strip()}"
            lines[at] = ""
        elif match := re.match(r":type: (.*)", line):  # of a property whose first line has a colon
            lines[at], lines[0] = "", f"{match[1]}: {lines[0]}"


def is_foreign(app: Sphinx, what: str, name: str, obj: object, skip: bool, options: object) -> bool | None:
    """Methods that other libraries put into our classes are described by their docstrings, not by ours."""
    module = getattr(obj, "__module__", None)
    return True if callable(obj) and module and not module.startswith("estimator") else None


def internal_target(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.TextElement
) -> nodes.Node | None:
    """Docstrings name things by where they are defined: link the public name, or leave the word as it is.

    A word that names nothing of the package stays a warning.
    """
    if node.get("refdomain") != "py":
        return None
    words = node["reftarget"].split(".")
    for last in (words[-1:], words[-2:-1]):  # a class or function; the class of a method
        if last and (place := by_last_name().get(last[0])):
            return env.get_domain("py").resolve_xref(
                env, node["refdoc"], app.builder, "obj", place, node, shown
            )
    return shown if words[-1] in defined_names() else None


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls first."""
    app.connect("source-read", with_contents)
    app.connect("autodoc-process-docstring", as_prose, priority=900)  # after napoleon
    app.connect("autodoc-skip-member", is_foreign)
    app.connect("missing-reference", internal_target)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
