from __future__ import annotations

import unicodedata

import pyoxigraph
from hypothesis import example, given
from hypothesis import strategies as st

from kgraph import iri

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def test_slugs_are_readable_and_keep_hangul() -> None:
    assert iri.slug("kube-apiserver") == "kube-apiserver"
    assert iri.slug("접근 제어") == "접근-제어"
    assert iri.slug("External Load  balancer") == "external-load-balancer"
    assert iri.slug("--pod-eviction-timeout=5m0s") == "--pod-eviction-timeout%3D5m0s"
    assert iri.slug("s3:GetObject") == "s3%3Agetobject"


def test_different_names_keep_different_slugs() -> None:
    names = ["C", "C++", "C#", "a/b", "a-b", "a=b", "파드", "파 드"]
    assert len({iri.slug(name) for name in names}) == len(names)


@given(NAMES)
@example("\U000e0100")  # a variation selector: a mark, but of a plane that IRIs may not have
def test_every_slug_makes_a_valid_nfc_iri(name: str) -> None:
    made = iri.concept_iri(iri.slug(name))
    assert pyoxigraph.NamedNode(made).value == made
    assert unicodedata.is_normalized("NFC", made)


@given(st.text("가각간힣한글abcXYZ019 ", min_size=1))
def test_decomposed_and_composed_names_have_one_slug(name: str) -> None:
    assert iri.slug(unicodedata.normalize("NFD", name)) == iri.slug(name)


@given(NAMES)
def test_a_slug_does_not_depend_on_case(name: str) -> None:
    assert iri.slug(iri.slug(name).replace("%", "-")) == iri.slug(name).replace("%", "-").casefold()


@given(NAMES)
def test_post_iris_are_valid_and_keep_their_path(name: str) -> None:
    for made in (iri.post_iri(f"a/{name}"), iri.graph_iri(f"a/{name}")):
        assert pyoxigraph.NamedNode(made).value == made
        assert "/a/" in made
