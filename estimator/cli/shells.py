"""What shells are told to complete the commands: scripts for bash, zsh and fish, written from the commands' parsers.

A shell asks its own functions for files and directories, and nobody starts Python when a key is pressed.

Source
------
bash(1), Programmable Completion; zshcompsys(1), _arguments; complete(1) of fish
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator, Mapping, Sequence

from estimator.core.frozen import frozen

NOTHING, WORDS, FILES, FOLDERS, TEXT = "nothing", "words", "files", "folders", "text"
_FOLDER_METAVARS = ("DIR", "MODEL_DIR")
_FILE_METAVARS = ("FILE", "PATH", "PEM", "CSV")


@frozen
class Completion:
    """How an argument of a command is completed.

    Attributes
    ----------
    names : tuple of str
        As the flag is written; none for what has no flag.
    kind : str
        What follows it: NOTHING, one of the WORDS, FILES, FOLDERS, or a TEXT that nobody knows.
    words : tuple of str
    told : str
        What it is, in a few words.
    is_repeated : bool
        Whether it may be given several times.
    """

    names: tuple[str, ...]
    kind: str
    words: tuple[str, ...]
    told: str
    is_repeated: bool


Commands = Mapping[str, tuple[str, Sequence[Completion]]]  # name to what it does and its arguments


def completions_of(parser: argparse.ArgumentParser) -> list[Completion]:
    """How the arguments of a command are completed; files stand for what has no flag."""
    return [
        Completion(
            tuple(action.option_strings),
            _kind_of(action),
            _words_of(action),
            _told(action),
            isinstance(action.default, list) or action.nargs in ("*", "+"),
        )
        for action in parser._actions
        if action.help != argparse.SUPPRESS
    ]


def _words_of(action: argparse.Action) -> tuple[str, ...]:
    return tuple(map(str, getattr(action, "words", None) or action.choices or ()))


def _kind_of(action: argparse.Action) -> str:
    if action.nargs == 0:
        return NOTHING
    if _words_of(action):
        return WORDS
    if action.dest.endswith("_dir") or action.metavar in _FOLDER_METAVARS:
        return FOLDERS
    if not action.option_strings or action.dest == "config" or action.metavar in _FILE_METAVARS:
        return FILES
    return TEXT


def _told(action: argparse.Action) -> str:
    """The first sentence of the help."""
    text = " ".join((action.help or "").split()).replace("%%", "%")
    return text.partition(". ")[0].partition("; ")[0].rstrip(".")


def bash(program: str, commands: Commands) -> str:
    """A script that bash sources; also the bash 3.2 of macOS."""
    flags = "".join(
        f"    {name}) _estimator_offer -W {shlex.quote(' '.join(_flags_of(arguments)))} ;;\n"
        for name, (_, arguments) in commands.items()
    )
    places = "".join(
        f"    {name}) {_bash_offer(place)} ;;\n"
        for name, (_, arguments) in commands.items()
        if (place := _place_of(arguments)) is not None
    )
    return _BASH.format(
        program=program,
        commands=" ".join(commands),
        values=_bash_values(commands),
        flags=flags,
        places=places,
    )


def _bash_values(commands: Commands) -> str:
    """What is offered behind a flag: a line for all flags behind which the same is."""
    behind: dict[str, list[str]] = {}
    for name, (_, arguments) in commands.items():
        for one in arguments:
            if one.kind != NOTHING:
                behind.setdefault(_bash_offer(one), []).extend(f'"{name} {flag}"' for flag in one.names)
    return "".join(f"    {'|'.join(flags)}) {offer}; return ;;\n" for offer, flags in behind.items() if flags)


def _bash_offer(one: Completion) -> str:
    if one.kind == WORDS:
        return f"_estimator_offer -W {shlex.quote(' '.join(one.words))}"
    return {FILES: "_estimator_offer -f", FOLDERS: "_estimator_offer -d", TEXT: ":"}[one.kind]


def _flags_of(arguments: Sequence[Completion]) -> list[str]:
    return [flag for one in arguments for flag in one.names]


def _place_of(arguments: Sequence[Completion]) -> Completion | None:
    """How what has no flag is completed."""
    return next((one for one in arguments if not one.names), None)


_BASH = """\
# Completion of {program} for bash: source <({program} completion bash)
_estimator_offer() {{
  local one
  case "$1" in -f|-d) compopt -o filenames 2>/dev/null ;; esac
  while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen "$@" -- "$cur")
}}
_estimator() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="${{COMP_WORDS[1]}}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _estimator_offer -W "{commands} --help --version"
    return
  fi
  # bash splits --flag=value at the sign
  if [ "$cur" = "=" ]; then
    cur=""
  elif [ "$before" = "=" ] && [ "$COMP_CWORD" -gt 2 ]; then
    before="${{COMP_WORDS[COMP_CWORD-2]}}"
  fi
  case "$command $before" in
{values}  esac
  if [ "${{cur:0:1}}" != "-" ]; then
    case "$command" in
{places}    esac
    [ "${{#COMPREPLY[@]}}" -gt 0 ] && return
  fi
  case "$command" in
{flags}  esac
}}
complete -F _estimator {program}
"""


def zsh(program: str, commands: Commands) -> str:
    """A script that zsh sources, or finds as the file ``_estimator`` in a folder of its fpath."""
    listed = "".join(f"    {shlex.quote(f'{name}:{does}')}\n" for name, (does, _) in commands.items())
    cases = "".join(
        f"    {name})\n      _arguments \\\n{_zsh_case(arguments)} ;;\n"
        for name, (_, arguments) in commands.items()
    )
    return _ZSH.format(program=program, listed=listed, cases=cases)


def _zsh_case(arguments: Sequence[Completion]) -> str:
    place = _place_of(arguments)
    specs = [spec for one in arguments if one.names for spec in _zsh_specs(one)]
    specs += [f"*{_zsh_value(place)}"] if place is not None else []
    return " \\\n".join(f"        {shlex.quote(spec)}" for spec in specs)


def _zsh_specs(one: Completion) -> Iterator[str]:
    star, sign = "*" if one.is_repeated else "", "" if one.kind == NOTHING else "="
    for flag in one.names:
        yield f"{star}{flag}{sign if flag.startswith('--') else ''}[{_escaped(one.told)}]{_zsh_value(one)}"


def _zsh_value(one: Completion) -> str:
    return {
        NOTHING: "",
        WORDS: f":value:({' '.join(one.words)})",
        FILES: ":file:_files",
        FOLDERS: ":folder:_files -/",
        TEXT: ":value: ",
    }[one.kind]


def _escaped(text: str) -> str:
    for letter in "\\:[]":
        text = text.replace(letter, f"\\{letter}")
    return text


_ZSH = """\
#compdef {program}
# Completion of {program} for zsh: source <({program} completion zsh), after compinit
_estimator() {{
  local -a commands
  commands=(
{listed}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
{cases}  esac
}}
if [ "$funcstack[1]" = _estimator ]; then
  _estimator "$@"
else
  compdef _estimator {program}
fi
"""


def fish(program: str, commands: Commands) -> str:
    """A script that fish sources, or finds as ``estimator.fish`` among its completions."""
    lines = [
        f"# Completion of {program} for fish: {program} completion fish | source",
        f"complete -c {program} -f",
        f"complete -c {program} -n __fish_use_subcommand -l help -s h -d 'tell which commands there are'",
    ]
    for name, (does, arguments) in commands.items():
        lines.append(f"complete -c {program} -n __fish_use_subcommand -a {name} -d {_in_fish(does)}")
        here = f"complete -c {program} -n {shlex.quote(f'__fish_seen_subcommand_from {name}')}"
        lines += [f"{here} {_fish_flag(one)}" for one in arguments if one.names]
        if (place := _place_of(arguments)) is not None:
            lines.append(f"{here} {_FISH_PLACES.get(place.kind) or _fish_value(place)}")
    return "\n".join(lines) + "\n"


def _fish_flag(one: Completion) -> str:
    names = [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in one.names]
    told = [f"-d {_in_fish(one.told)}"] if one.told else []
    return " ".join([*names, *filter(None, [_fish_value(one)]), *told])


def _fish_value(one: Completion) -> str:
    return {
        NOTHING: "",
        WORDS: f"-x -a {shlex.quote(' '.join(one.words))}",
        FILES: "-r -F",
        FOLDERS: "-x -a '(__fish_complete_directories)'",
        TEXT: "-x",
    }[one.kind]


_FISH_PLACES = {FILES: "-F", FOLDERS: "-f -a '(__fish_complete_directories)'"}


def _in_fish(text: str) -> str:
    """A text in quotes, in which fish knows other signs than other shells."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}
