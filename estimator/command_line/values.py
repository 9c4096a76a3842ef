"""All flags of a program, and what they are: ``FLAGS``.

A flag is an attribute of it. Before the command line is read, a flag has no value; :data:`FLAGS`, which scripts use,
then reads it by itself (`sys.argv`), as TensorFlow 1's did. Methods and flags share one space of names, so a flag may
not be called as a method is.

Source
------
absl.flags.FlagValues, absl-py 2.0; tf.flags.FLAGS, TF 1.15 platform/flags.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, NoReturn

from estimator.command_line import arguments, errors
from estimator.command_line.callers import calling_module, public_name
from estimator.command_line.flag import Flag
from estimator.command_line.shown import flags_help
from estimator.core.frozen import mutable
from estimator.core.keywords import near_keywords
from estimator.core.registry import nearest
from estimator.model_dir.storage import append

_NAMES_IN_A_HINT = 3


@mutable(eq=False)
class _State:
    """What a FlagValues knows beside its flags; apart, since its attributes are flags."""

    reads_command_line: bool
    parsed: bool = False
    gnu_getopt: bool = True
    by_module: dict[str, list[Flag]] = field(default_factory=dict)
    by_module_id: dict[int, list[Flag]] = field(default_factory=dict)
    key_flags: dict[str, list[Flag]] = field(default_factory=dict)


@near_keywords
class FlagValues:
    """Flags by name.

    Parameters
    ----------
    reads_command_line : bool
        Whether the first look at a flag reads `sys.argv`, if nobody has given it arguments before.
    """

    __dict__: dict[str, Any]

    def __init__(self, reads_command_line: bool = False) -> None:
        vars(self).update({"__flags": {}, "__state": _State(reads_command_line)})

    # -- the flags -----------------------------------------------------------------------------------------------------

    def _flags(self) -> dict[str, Flag]:
        return vars(self)["__flags"]

    def _state(self) -> _State:
        return vars(self)["__state"]

    def __setitem__(self, name: str, flag: Flag) -> None:
        """Add a flag under a name, and under its short one.

        Raises
        ------
        IllegalFlagValueError
            If it is no flag.
        DuplicateFlagError
            If another has the name, and neither allows it.
        FlagNameConflictsWithMethodError, Error
            If no flag may have that name.
        """
        if not isinstance(flag, Flag):
            raise errors.IllegalFlagValueError(
                f"FLAGS[{name!r}] = {flag!r}: flags alone are set so; for a value write FLAGS.{name} = ..."
            )
        self._check_name(name, flag)
        if self._is_imported_again(name, flag):
            return
        for taken in (name, flag.short_name):
            other = self._flags().get(taken or "")
            if other is not None and not (flag.allow_override or other.allow_override):
                raise self._twice(taken or "")
        if flag.short_name is not None:
            self._take(flag.short_name, flag)
        given = name in self._flags() and not self[name].using_default_value
        if not given or not flag.using_default_value:
            self._take(name, flag)

    def _take(self, name: str, flag: Flag) -> None:
        replaced = self._flags().get(name)
        self._flags()[name] = flag
        if replaced is not None and replaced is not flag:
            self._forget(replaced)

    def _check_name(self, name: str, flag: Flag) -> None:
        if not isinstance(name, str) or not name or " " in name:
            raise errors.Error(f"a flag cannot be called {name!r}: its name is a text without blanks.")
        if flag.allow_using_method_names:
            return
        for taken in (name, flag.short_name):
            if taken is not None and hasattr(FlagValues, taken):
                raise errors.FlagNameConflictsWithMethodError(
                    f"a flag cannot be called {taken!r}: FLAGS has a method of that name. Choose another name."
                )

    def _is_imported_again(self, name: str, flag: Flag) -> bool:
        """Whether the same module, loaded a second time, defines its flag again."""
        if name not in self._flags() or flag.allow_override or self[name].allow_override:
            return False
        module, module_name = calling_module()
        again = id(module) != self.find_module_id_defining_flag(name)
        return again and self.find_module_defining_flag(name) == module_name

    def _twice(self, name: str, other: FlagValues | None = None) -> errors.DuplicateFlagError:
        second = calling_module()[1] if other is None else other.find_module_defining_flag(name, "<unknown>")
        return errors.DuplicateFlagError(
            f"the flag {name!r} is defined twice: first in {self.find_module_defining_flag(name, '<unknown>')} "
            f"({self[name].help}), then in {second}. In a notebook, delete the first: FLAGS.__delattr__({name!r})."
        )

    def __getitem__(self, name: str) -> Flag:
        return self._flags()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._flags()

    def __len__(self) -> int:
        return len(self._flags())

    def __iter__(self) -> Iterator[str]:
        return iter(self._flags())

    def __dir__(self) -> list[str]:
        return sorted(self._flags())

    def __copy__(self) -> NoReturn:
        raise TypeError("FLAGS cannot be copied shallowly; use copy.deepcopy.")

    def append_flag_values(self, flag_values: FlagValues) -> None:
        """Add the flags of another FlagValues.

        Raises
        ------
        DuplicateFlagError
            If there is one of the same name.
        """
        for name, flag in flag_values._flags().items():
            if name == flag.name:  # not again under the short one
                try:
                    self[name] = flag
                except errors.DuplicateFlagError:
                    raise self._twice(name, flag_values) from None

    def remove_flag_values(self, flag_values: Iterable[str]) -> None:
        """Remove the flags of these names, as another FlagValues or a list has them."""
        for name in list(flag_values):
            delattr(self, name)

    # -- their values --------------------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        """The value of a flag.

        Raises
        ------
        AttributeError
            If there is no such flag; the message names the nearest.
        UnparsedFlagAccessError
            If the command line has not been read, and is not read at the first look.
        """
        if "__state" not in vars(self):  # being copied
            raise AttributeError(name)
        if self._state().reads_command_line and not self.is_parsed() and not name.startswith("__"):
            self(sys.argv)
        return self.parsed_value(name)

    def parsed_value(self, name: str) -> Any:
        """The value of a flag, which must have been read; the command line is left alone."""
        flag = self._flags().get(name)
        if flag is None:
            close = nearest(name, self._flags(), _NAMES_IN_A_HINT)
            hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise AttributeError(f"there is no flag {name!r}.{hint}", name=name)
        if not (self.is_parsed() or flag.present):
            raise errors.UnparsedFlagAccessError(
                f"trying to access flag --{name} before flags were parsed: call FLAGS(sys.argv) or tf.app.run first."
            )
        return flag.value

    def __setattr__(self, name: str, value: Any) -> None:
        """Change the value of a flag, as it is, without parsing it.

        Raises
        ------
        UnrecognizedFlagError
            If there is no such flag.
        IllegalFlagValueError
            If a validator refuses the value; the flag then keeps the old one.
        """
        flag = self._known(name)
        old = flag.value, flag.using_default_value
        flag.value = value
        try:
            self._validate(flag.validators)
        except errors.Error:
            flag.value, flag.using_default_value = old
            raise
        flag.using_default_value = False

    def __delattr__(self, name: str) -> None:
        """Remove a flag.

        Raises
        ------
        AttributeError
            If there is no such flag.
        """
        if name not in self._flags():
            raise AttributeError(f"there is no flag {name!r}.", name=name)
        self._forget(self._flags().pop(name))

    def _forget(self, flag: Flag) -> None:
        """Drop a flag that has no name any more from what modules have defined."""
        if not any(other is flag for other in self._flags().values()):
            state = self._state()
            for lists in (state.by_module, state.by_module_id, state.key_flags):
                for flags in lists.values():
                    flags[:] = [other for other in flags if other is not flag]

    def _known(self, name: str) -> Flag:
        if name in self._flags():
            return self[name]
        raise errors.UnrecognizedFlagError(name, suggestions=nearest(name, self._flags(), _NAMES_IN_A_HINT))

    def set_default(self, name: str, value: Any) -> None:
        """Change a default, and the value of a flag that has not been given.

        Raises
        ------
        UnrecognizedFlagError, IllegalFlagValueError
            If there is no such flag, or it does not take the value.
        """
        flag = self._known(name)
        flag._set_default(value)
        self._validate(flag.validators)

    def get_flag_value(self, name: str, default: Any) -> Any:
        """The value of a flag, or `default` where it is None."""
        value = getattr(self, name)
        return default if value is None else value

    def flag_values_dict(self) -> dict[str, Any]:
        """Name to value."""
        return {name: flag.value for name, flag in self._flags().items()}

    # -- the command line ----------------------------------------------------------------------------------------------

    def __call__(self, argv: Sequence[str], known_only: bool = False) -> list[str]:
        """Read a command line.

        Parameters
        ----------
        argv : sequence of str
            The name of the program, and its arguments.
        known_only : bool
            Whether unknown flags are left for somebody else.

        Returns
        -------
        list of str
            The name of the program, and the arguments that belong to no flag.

        Raises
        ------
        UnrecognizedFlagError
            If a flag is unknown.
        IllegalFlagValueError
            If a flag does not take its value, or validators refuse some; it then names them all.
        Error
            If a value is missing.
        TypeError, ValueError
            If `argv` is one text, or empty.
        """
        if isinstance(argv, (str, bytes)):
            raise TypeError(f"argv must be a list of texts, the name of the program first, found {argv!r}.")
        if not argv:
            raise ValueError("argv is empty; its first element is the name of the program.")
        rest = arguments.read(
            self.read_flags_from_files(argv[1:], force_gnu=False),
            self._flags(),
            known_only=known_only,
            gnu_getopt=self.is_gnu_getopt(),
        )
        for name, argument in rest.unknown:
            close = nearest(name, self._flags(), _NAMES_IN_A_HINT)
            raise errors.UnrecognizedFlagError(name, argument, close)
        self.mark_as_parsed()
        self.validate_all_flags()
        return [argv[0], *rest.others]

    def read_flags_from_files(self, argv: Sequence[str], force_gnu: bool = True) -> list[str]:
        """The arguments with the lines of ``--flagfile``'s files in them; `argv` is without the program's name."""
        only_at_front = not (force_gnu or self.is_gnu_getopt())
        return arguments.with_flagfiles(argv, self._flags(), only_at_front=only_at_front)

    def is_parsed(self) -> bool:
        """Whether a command line has been read."""
        return self._state().parsed

    def mark_as_parsed(self) -> None:
        """Let flags have their values although no command line has been read."""
        self._state().parsed = True

    def unparse_flags(self) -> None:
        """Be as if no command line had been read."""
        for flag in self._flags().values():
            flag.unparse()
        self._state().parsed = False

    def set_gnu_getopt(self, gnu_getopt: bool = True) -> None:
        """Choose whether flags may stand behind other arguments."""
        self._state().gnu_getopt = gnu_getopt

    def is_gnu_getopt(self) -> bool:
        """Whether flags may stand behind other arguments."""
        return self._state().gnu_getopt

    def validate_all_flags(self) -> None:
        """Ask every validator.

        Raises
        ------
        IllegalFlagValueError
            If some refuse; a line for each.
        """
        self._validate(validator for flag in self._flags().values() for validator in flag.validators)

    def _validate(self, validators: Iterable[Any]) -> None:
        """Ask validators in the order they were made; of a flag that one has refused no other is asked."""
        problems: list[str] = []
        refused: set[str] = set()
        for validator in sorted(set(validators), key=lambda validator: validator.number):
            if refused.isdisjoint(validator.flag_names):
                try:
                    validator.verify(self)
                except errors.ValidationError as error:
                    refused.update(validator.flag_names)
                    problems.append(f"{validator.shown(self)}: {error}")
        if problems:
            raise errors.IllegalFlagValueError("\n".join(problems))

    # -- who has defined them ------------------------------------------------------------------------------------------

    def flags_by_module_dict(self) -> dict[str, list[Flag]]:
        """Name of a module to the flags it has defined."""
        return self._state().by_module

    def flags_by_module_id_dict(self) -> dict[int, list[Flag]]:
        """Identity of a module to the flags it has defined."""
        return self._state().by_module_id

    def key_flags_by_module_dict(self) -> dict[str, list[Flag]]:
        """Name of a module to the flags that its help shows beside its own."""
        return self._state().key_flags

    def register_flag_by_module(self, module_name: str, flag: Flag) -> None:
        """Note that a module has defined a flag."""
        self.flags_by_module_dict().setdefault(module_name, []).append(flag)

    def register_flag_by_module_id(self, module_id: int, flag: Flag) -> None:
        """Note that a module, by its identity, has defined a flag."""
        self.flags_by_module_id_dict().setdefault(module_id, []).append(flag)

    def register_key_flag_for_module(self, module_name: str, flag: Flag) -> None:
        """Let the help of a module show a flag."""
        flags = self.key_flags_by_module_dict().setdefault(module_name, [])
        flags += [] if any(other is flag for other in flags) else [flag]

    def get_flags_for_module(self, module: Any) -> list[Flag]:
        """The flags that a module, or the one of that name, has defined."""
        return list(self.flags_by_module_dict().get(public_name(module), ()))

    def get_key_flags_for_module(self, module: Any) -> list[Flag]:
        """The flags that the help of a module shows."""
        own = self.get_flags_for_module(module)
        adopted = self.key_flags_by_module_dict().get(public_name(module), ())
        return [*own, *(flag for flag in adopted if not any(flag is other for other in own))]

    def find_module_defining_flag(self, flagname: str, default: Any = None) -> Any:
        """The name of the module that has defined a flag."""
        return self._definer(self.flags_by_module_dict(), flagname, default)

    def find_module_id_defining_flag(self, flagname: str, default: Any = None) -> Any:
        """The identity of the module that has defined a flag."""
        return self._definer(self.flags_by_module_id_dict(), flagname, default)

    def _definer(self, modules: dict[Any, list[Flag]], name: str, default: Any) -> Any:
        wanted = self._flags().get(name)
        return next((key for key, flags in modules.items() if any(flag is wanted for flag in flags)), default)

    # -- as text -------------------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        return self.get_help()

    def get_help(self, prefix: str = "", include_special_flags: bool = True) -> str:
        """The help of all flags, those of the script first."""
        modules = sorted(self.flags_by_module_dict(), key=lambda module: (module != sys.argv[0], module))
        if not modules:
            return "\n".join(flags_help(self._flags().values(), prefix))
        return "\n".join(
            filter(None, (self._section(module, self.get_flags_for_module, prefix) for module in modules))
        )

    def module_help(self, module: Any) -> str:
        """The help of the key flags of a module."""
        return self._section(module, self.get_key_flags_for_module)

    def main_module_help(self) -> str:
        """The help of the key flags of the script."""
        return self.module_help(sys.argv[0])

    def _section(self, module: Any, flags_of: Callable[[Any], list[Flag]], prefix: str = "") -> str:
        flags = [flag for flag in flags_of(module) if self._flags().get(flag.name) is flag]
        head = f"\n{prefix}{module if isinstance(module, str) else module.__name__}:"
        return "\n".join([head, *flags_help(flags, f"{prefix}  ")]) if flags else ""

    def flags_into_string(self) -> str:
        """The arguments that give all flags the values they have, a line each: what ``--flagfile`` reads."""
        modules = sorted(self.flags_by_module_dict().items())
        flags = [flag for _, own in modules for flag in sorted(own, key=lambda flag: flag.name)]
        return "".join(f"{flag.serialize()}\n" for flag in flags if flag.value is not None)

    def append_flags_into_file(self, filename: str) -> None:
        """Append :meth:`flags_into_string` to a file.

        Raises
        ------
        OpError
            If the system refuses.
        """
        append(filename, self.flags_into_string().encode())


FLAGS = FlagValues(reads_command_line=True)
