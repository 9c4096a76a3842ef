"""The command `completion`: every command is in every script."""

from __future__ import annotations

import pytest

from estimator.cli.commands import completion
from estimator.cli.program import COMMANDS
from estimator.cli.shells import SHELLS


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_in_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert completion.main([shell]) == 0
    text = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in text] == []
    assert "model_dir" in text


def test_a_shell_that_is_not_known_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        completion.main(["fsh"])
    assert ended.value.code == 2
    assert (
        "SHELL: bash, zsh or fish is expected, given: 'fsh'. Did you mean 'fish' or 'zsh'?"
        in capsys.readouterr().err
    )
