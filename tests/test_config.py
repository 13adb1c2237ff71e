from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.config import Settings, load_settings
from kgraph.errors import ConfigError


def test_flags_beat_variables_beat_file_beat_defaults(tmp_path: Path) -> None:
    (tmp_path / "kgraph.toml").write_text('indexes = "a"\ncorpus = "b"\ntimeout = 5\n')
    below = tmp_path / "x" / "y"
    below.mkdir(parents=True)
    env = {"KGRAPH_CORPUS": "from-env", "KGRAPH_MODEL": ""}
    got = load_settings({"model": "m", "indexes": None}, env=env, start=below)
    assert got == Settings(indexes=tmp_path / "a", corpus=Path("from-env"), model="m", timeout=5.0)
    assert load_settings(env={}, start=Path(tmp_path.anchor)) == Settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("indexs = 'a'", "indexs"),
        ("timeout = 'soon'", r"Expected `float \| null`"),
        ("timeout = -1", "more than 0"),
        ("= broken", "kgraph.toml"),
        ("", None),
    ],
)
def test_a_wrong_file_is_named_with_what_it_may_hold(
    tmp_path: Path, text: str, message: str | None
) -> None:
    (tmp_path / "kgraph.toml").write_text(text)
    if message is None:
        assert load_settings(env={}, start=tmp_path) == Settings()
        return
    with pytest.raises(ConfigError, match=message):
        load_settings(env={}, start=tmp_path)


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KGRAPH_TIMEOUT must be a number"):
        load_settings(env={"KGRAPH_TIMEOUT": "soon"}, start=tmp_path)
