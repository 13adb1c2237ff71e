from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import kgraph.vocab
from kgraph.errors import VocabularyError
from kgraph.iri import slug
from kgraph.text import fold, has_hangul
from kgraph.types import Kind
from kgraph.vocab import lexicon
from kgraph.vocab.inflection import bare, singulars
from kgraph.vocab.lexicon import Lexicon, LexiconEntry, load_lexicon


def test_every_name_belongs_to_one_entry() -> None:
    owners: dict[str, set[str]] = {}
    for entry in load_lexicon():
        for name in entry.names:
            owners.setdefault(fold(name), set()).add(entry.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_entries_are_well_formed() -> None:
    entries = load_lexicon()
    assert len(entries) > 3500
    for entry in entries:
        assert slug(entry.id) == entry.id
        assert not any(has_hangul(name) for name in entry.en)
        assert all(has_hangul(name) for name in entry.ko)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("파드", "pod"),
        ("Pods", "pod"),
        ("파드들", "pod"),
        ("pod를", "pod"),
        ("k8s", "kubernetes"),
        ("config map", "configmap"),
        ("어플리케이션", "application"),
        ("디렉토리", "directory"),
        ("HPA", "horizontal-pod-autoscaler"),
        ("Redis", "redis"),
        ("오픈시프트", "openshift"),
        ("오프셋 커밋", "offset-commit"),
        ("FQDN", "fully-qualified-domain-name"),
        ("max.poll.records", "max-poll-records"),
        ("리누스 토르발스", "linus-torvalds"),
        ("라이브 영상 서비스", None),
        ("apples", None),  # of a fruit stand
        ("서버 상태", None),
        ("", None),
    ],
)
def test_lookup(name: str, expected: str | None) -> None:
    entry = load_lexicon().lookup(name)
    assert (entry.id if entry else None) == expected


def test_parse_takes_the_longest_terms() -> None:
    found = load_lexicon().parse(["container", "image", "크기"])
    assert [part if isinstance(part, str) else part.id for part in found] == [
        "container-image",
        "크기",
    ]


def test_plain_lines_are_read_as_toml_reads_them() -> None:
    shipped = (Path(kgraph.vocab.__file__).parent / "lexicon.toml").read_text("utf-8")
    assert lexicon._plain(shipped) == tomllib.loads(shipped)
    for other in (
        "[product]\nx = 'y'  # why\n",
        "[product]\nx = 'y'\nx = 'z'\n",
        "[product]\nx = 1\n",
        '[product]\nx = "\\u0041"\n',
        "[product]\n[product]\n",
        "[product]\r\nx = 'y'\r\n",
        "x = 'y'\n",
        "c++ = 'y'\n",
    ):
        assert lexicon._plain(other) is None


def test_user_file_wins(tmp_path: Path) -> None:
    extra = tmp_path / "mine.toml"
    extra.write_text(
        "[product]\nsourdough = 'sourdough | 사워도우 | SD'\npod = 'pea pod | 꼬투리, 파드'\n",
        encoding="utf-8",
    )
    loaded = load_lexicon(extra)
    assert loaded.lookup("sd") == LexiconEntry(
        "sourdough", ("sourdough",), ("사워도우",), ("SD",), Kind.PRODUCT
    )
    pod = loaded.lookup("파드")
    assert pod is not None
    assert pod.en == ("pea pod",)
    assert len(loaded) == len(load_lexicon()) + 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[gadget]\nx = 'x'\n", r"\[gadget\].*must be one of"),
        ("[product]\nx = 3\n", r"\[product\] x: expected"),
        ("[product]\n'Big X' = 'x'\n", "'big-x'"),
        ("[product]\nx = '한국어'\n", "wrong language"),
        ("[product]\nx = ' | | ABC'\n", "needs a name"),
        ("product = 1\n", "must be a table"),
        ("[product\n", "not valid TOML"),
    ],
)
def test_errors_name_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=message) as caught:
        load_lexicon(path)
    assert str(path) in str(caught.value)


def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(VocabularyError, match="UTF-8"):
        load_lexicon(path)
    with pytest.raises(VocabularyError, match="cannot be read"):
        load_lexicon(tmp_path / "missing.toml")


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("pods", ("pod",)),
        ("Network Policies", ("networkpolicy", "networkpolicie")),
        ("VMs", ("vm",)),
        ("classes", ("class", "classe")),
        ("caches", ("cach", "cache")),
        ("Redis", ()),
        ("https", ()),
        ("status", ()),
        ("class", ()),
        ("Kubernetes", ()),
        ("AWS", ()),
        ("DNS", ()),
        ("nfs", ()),
        ("파드", ()),
        ("", ()),
    ],
)
def test_singulars(plural: str, expected: tuple[str, ...]) -> None:
    assert singulars(plural) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("파드들", ("파드",)),
        ("파드를", ("파드",)),
        ("pod는", ("pod",)),
        ("의존도", ()),
        ("정의", ()),
        ("경로", ()),
    ],
)
def test_bare(name: str, expected: tuple[str, ...]) -> None:
    assert bare(name) == expected


def test_empty_lexicon() -> None:
    lexicon = Lexicon()
    assert lexicon.lookup("pod") is None
    assert lexicon.parse(["Pod", "IP"]) == ("pod", "ip")
    assert list(lexicon) == []
