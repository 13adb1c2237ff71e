"""Input that is broken or means harm: each refused by name and reason, and the rest read."""

from __future__ import annotations

import json
import os
import unicodedata
import zipfile
from pathlib import Path

import msgspec
import pytest

from kgraph.config import Limits
from kgraph.errors import KgraphError
from kgraph.read import Skipped, SourceFile, decode, discover, read, read_bytes, read_file
from kgraph.types import Post

GOOD = "# 좋은 글\n\nPod는 노드에서 실행된다.\n"


def outcome(folder: Path, limits: Limits | None = None) -> tuple[list[str], list[str]]:
    """The ids of the posts, and the reasons why other files gave none."""
    ids: list[str] = []
    reasons: list[str] = []
    for found in discover([folder], limits):
        if isinstance(found, Skipped):
            reasons.append(found.reason)
            continue
        for result in read_file(found):
            if isinstance(result, Post):
                ids.append(result.id)
            else:
                reasons.append(result.reason)
    return ids, reasons


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of POSIX")
def test_pipes_devices_and_links(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "d").mkdir(parents=True)
    (notes / "good.md").write_text(GOOD, "utf-8")
    (tmp_path / "outside.md").write_text(GOOD, "utf-8")
    os.mkfifo(notes / "pipe.md")
    (notes / "zero.md").symlink_to("/dev/zero")
    (notes / "gone.md").symlink_to("nowhere.md")
    (notes / "a-link.md").symlink_to("good.md")
    (notes / "outside.md").symlink_to(tmp_path / "outside.md")
    (notes / "outside-2.md").symlink_to(tmp_path / "outside.md")
    (notes / "d" / "loop").symlink_to(notes, target_is_directory=True)
    (notes / "d-link").symlink_to("d", target_is_directory=True)
    (notes / "d" / "e.md").write_text(GOOD, "utf-8")
    assert outcome(notes) == (
        ["d/e", "good", "outside-2"],
        [
            "not a note: a link to good.md",
            "not a note: a link to d/e.md",
            "gone.md: cannot be read (No such file or directory)",
            "not a note: a link to outside-2.md",
            "pipe.md: a pipe or device and no file; refused",
            "zero.md: a pipe or device and no file; refused",
        ],
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read anything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    assert outcome(tmp_path) == (["good"], ["closed/: cannot be read (Permission denied)"])


@pytest.mark.skipif(os.name != "posix", reason="names that are bytes")
def test_file_names_of_other_systems(tmp_path: Path) -> None:
    """NFD from macOS, CP949 from an old Windows, bytes that are no text at all."""
    names = [
        unicodedata.normalize("NFD", "가나.md").encode(),
        "쿠버네티스.md".encode("cp949"),
        b"\xff\xfe.md",
        "이름 없는\n줄.md".encode(),
    ]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(GOOD, "utf-8")
    ids, reasons = outcome(tmp_path)
    assert (sorted(ids), reasons) == (["가나", "이름 없는\n줄", "쿠버네티스", "��"], [])
    assert all(unicodedata.is_normalized("NFC", name) for name in ids)


def test_both_spellings_of_one_name_are_two_notes(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "각.md")).write_text(GOOD + form, "utf-8")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("the file system takes them for one")
    assert outcome(tmp_path)[0] == ["각", "각.md"]


def test_directories_named_like_posts(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    (tmp_path / "a.md" / "b.md").write_text(GOOD, "utf-8")
    (tmp_path / "c.zip").mkdir()
    (tmp_path / "c.zip" / "d.md").write_text(GOOD, "utf-8")
    assert outcome(tmp_path) == (["a.md/b", "c.zip/d"], [])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"a\0b", "a binary file"),
        (b"\xed\xa0\x80", "not UTF-8"),  # a lone surrogate
        (b"\xff\xfe\x00\xd8", "starts like UTF-16 but is not"),
    ],
)
def test_contents_that_are_no_text(data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(data)
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    ids, reasons = outcome(tmp_path)
    assert ids == ["good"]
    (reason,) = reasons
    assert reason.startswith(f"bad.md: {says}")


@pytest.mark.parametrize("encoding", ["cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_korean_notes(encoding: str) -> None:
    data = GOOD.encode(encoding)
    if encoding.endswith("e"):
        with pytest.raises(KgraphError, match="save UTF-16 text as UTF-8"):
            read_bytes(data, "a.md")  # without its mark it is bytes
        return
    (post,) = read_bytes(data, "a.md")
    assert post.text == GOOD


def test_a_line_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "line.md").open("wb") as file:
        file.truncate(200 * 2**20)
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    assert outcome(tmp_path) == (
        ["good"],
        [
            "line.md: 200 MB is more than a note may have (20 MB); split it, leave it out, or"
            " raise note_mb under [limits] in kgraph.toml"
        ],
    )


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.md"
    path.write_bytes(b"x" * 100)
    grown = SourceFile(path, "log.md", "log", most=50)
    with pytest.raises(KgraphError, match=r"log\.md: 0 MB is more than a note may have"):
        decode(grown.read(), grown.name, grown.most)


@pytest.mark.parametrize("form", ["md", "html", "txt", "adoc", "xml"])
def test_one_line_of_a_megabyte_is_read(form: str) -> None:
    """Base64, a key, a run of letters: no word of any language, and no text of the post."""
    for piece in ("QUJD", "가", "0", "a-b_", "x+/="):
        line = "앞 글. " + piece * (2**20 // len(piece)) + " 뒤 글."
        text = {
            "html": f"<p>{line}</p>",
            "xml": f"<rss><channel><item><title>t</title><description>{line}</description>"
            "</item></channel></rss>",
        }.get(form, line)
        (post,) = read_bytes(text.encode(), f"a.{form}")
        shown = " ".join(block.text for block in post.blocks)
        assert shown.startswith("앞 글.")
        assert shown.endswith("뒤 글.")
        if piece not in ("a-b_",):
            assert len(shown) < 20


def test_data_inside_a_sentence_leaves_its_places_exact() -> None:
    text = f"앞 **굵은 {'a' * 300} 글** 뒤 [링크 {'b' * 400}](http://x) 끝 {'c' * 256}"
    (post,) = read_bytes(text.encode(), "a.md")
    (block,) = post.blocks
    assert block.text == f"앞 굵은  글 뒤 링크  끝 {'c' * 256}"
    assert [(m.kind.value, block.text[m.start : m.end]) for m in block.marks] == [
        ("strong", "굵은  글"),
        ("link", "링크 "),
    ]
    for run in block.runs:
        here = block.text[run.block_start : run.block_start + run.length]
        assert text[run.source_start : run.source_start + run.length] == here


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<div>" * 10_000 + "글이다." + "</div>" * 10_000),
        ("b.html", "<ul><li>" * 10_000 + "글이다."),
        ("a.md", "> " * 10_000 + "글이다."),
        ("b.md", "\n".join("  " * i + "- 글이다." for i in range(300))),
        ("c.md", "[" * 10_000 + "글이다." + "]" * 10_000),
        ("d.md", "*" * 10_000 + "글이다." + "*" * 10_000),
        ("e.md", "[글](" * 10_000),
        ("f.md", "[a][" * 10_000 + "글"),
        ("a.adoc", "<<" * 10_000 + "글이다."),
        ("a.xml", "<rss><channel><item><description>" + "<b>" * 10_000 + "글"),
    ],
)
def test_deep_nesting_gives_a_post_or_a_refusal(name: str, text: str) -> None:
    for found in read_file(SourceFile(Path(name), name, "a"), data=text.encode()):
        assert name in found.reason if isinstance(found, Skipped) else "글" in found.text


@pytest.mark.parametrize(
    "front",
    [
        "tags: &a [*a]",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntags: *c",
        "title: 0x" + "f" * 10_000,
        "date: 2023-01-05 10:30:00 +99:99",
        "date: 99999-99-99",
        "title: [" * 1_000,
        "title: !!python/object/apply:os.system [id]",
        "? [a, b]\n: c",
        "title: !!binary aGVsbG8=",
        "tags: !!set {a, b}",
        "title: .inf\ndate: .nan",
        "title: 1e999",
    ],
)
def test_hostile_front_matter_is_read_or_left_in_the_text(front: str) -> None:
    (post,) = read_bytes(f"---\n{front}\n---\n\n본문이다.\n".encode(), "a.md")
    assert post.blocks[-1].text == "본문이다."


def test_deep_json_and_toml_front_matter() -> None:
    for text in (
        "{" + '"a":{' * 50_000,
        '"a": ' + "[" * 50_000 + "\n;;;\n",
        "+++\na = " + "[" * 50_000 + "\n+++\n본문\n",
        '<script type="application/ld+json">' + "[" * 50_000 + "</script><p>글",
    ):
        for name in ("a.md", "a.html"):
            assert len(read_bytes(text.encode(), name)) == 1


BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("entity", ["&b;", "&c;", "%c;"])
def test_entities_are_not_expanded(entity: str) -> None:
    feed = f"{BOMB}<rss><channel><item><title>{entity}</title></item></channel></rss>"
    with pytest.raises(KgraphError, match="declares XML entities"):
        read_bytes(feed.encode(), "rss.xml")
    (post,) = read_bytes(f"{BOMB}<p>글 {entity} 끝</p>".encode(), "a.html")
    assert post.blocks[0].text == f"글 {entity} 끝"


def test_xml_that_is_no_feed_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "sitemap.xml").write_text(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://a.b/1</loc>'
        "</url></urlset>",
        "utf-8",
    )
    (tmp_path / "pom.xml").write_text("<project><name>x</name></project>", "utf-8")
    found = [r for r in read([tmp_path]) if isinstance(r, Skipped)]
    assert [r.reason for r in found] == [
        "not a note: pom.xml is XML and no feed",
        "not a note: sitemap.xml is a sitemap; its pages are ingested by its address",
    ]


def archive(path: Path, *entries: tuple[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in entries:
            file.writestr(name, data)


def test_archives_over_each_limit(tmp_path: Path) -> None:
    many = [(f"{i}.md", GOOD.encode()) for i in range(6)]
    archive(tmp_path / "many.zip", *many)
    archive(tmp_path / "bomb.zip", ("good.md", GOOD.encode()), ("x.md", b"a" * 2_000_000))
    archive(tmp_path / "nested.zip", ("inner.zip", b"PK"), ("good.md", GOOD.encode()))
    limits = Limits(archive_entries=5)
    assert outcome(tmp_path, limits) == (
        ["bomb/good", "nested/good"],
        [
            "bomb.zip: x.md: packed more than any text can be (a ZIP bomb?); refused",
            "many.zip: 6 entries, more than 5 ([limits] archive_entries); split it",
            "not a note: .zip",
        ],
    )
    ids, reasons = outcome(tmp_path, Limits(archive_mb=len(GOOD.encode()) * 2.5 / 2**20))
    assert ids == ["bomb/good", "many/0", "many/1", "nested/good"]
    assert any("many.zip: more than 0.0" in reason for reason in reasons)


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    """An entry of 2 MB that says it has 10 bytes is read no further than a note may be long."""
    path = tmp_path / "lies.zip"
    archive(path, ("a.md", b"x" * 2_000_000))
    data = path.read_bytes()
    size = (2_000_000).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    (found,) = discover([path], Limits(note_mb=0.1))
    assert isinstance(found, SourceFile)
    (result,) = read_file(found)
    assert isinstance(result, Skipped)
    assert result.reason.startswith("a.md: ")


def test_limits_are_settings(tmp_path: Path) -> None:
    from kgraph.config import load_settings

    (tmp_path / "kgraph.toml").write_text("[limits]\nnote_mb = 0.001\nnote_seconds = 5\n", "utf-8")
    limits = load_settings({}, env={}, start=tmp_path).limits
    assert limits == msgspec.structs.replace(Limits(), note_mb=0.001, note_seconds=5)
    (tmp_path / "a.md").write_text("글" * 1000, "utf-8")
    (found,) = discover([tmp_path / "a.md"], limits)
    assert isinstance(found, Skipped)


def test_json_of_another_kind_is_no_front_matter() -> None:
    text = json.dumps({"a": 1}) + "\n본문"
    (post,) = read_bytes(text.encode(), "a.md")
    assert isinstance(post, Post)
    assert "본문" in post.blocks[-1].text
