"""What is worth pointing a writer at."""

from __future__ import annotations

import numpy as np

from kgraph.index.worth import WORTH_A_LINK, aptness, worth
from kgraph.text import fold
from kgraph.vocab import load_lexicon


def test_terms_are_worth_more_than_phrases_and_generic_words_nothing() -> None:
    names = [["파드", "Pod"], ["일부 파드"], ["값"], ["그라인더", "grinder"], ["프로그램"]]
    names += [["리스트", "list"]]
    labels = [known[0] for known in names]
    keys = [[fold(name) for name in known] for known in names]
    scores = worth(labels, keys, np.array([9, 1, 9, 1, 9, 9]), {0}, (), load_lexicon())
    pod, some, value, grinder, program, general = scores
    assert pod > program > some
    assert value == general == 0
    assert min(pod, grinder) >= WORTH_A_LINK > some


def test_a_note_of_its_own_and_a_definition_count() -> None:
    names = [["포터필터"]] * 3
    posts = np.array([1, 1, 1])
    plain, _, defined = worth(["포터필터"] * 3, names, posts, set(), (2,))
    titled = worth(["포터필터"], names[:1], posts[:1], {0})[0]
    assert plain < WORTH_A_LINK <= defined < titled


def test_what_examples_are_made_of_is_less_apt_than_what_they_show() -> None:
    names = [["파드", "Pod"], ["kubectl get"], ["우분투", "Ubuntu"], ["minikube"], ["준비 검사"]]
    names += [["data.json"], ["my-service"], ["데드락", "deadlock"]]
    labels = [known[0] for known in names]
    keys = [[fold(name) for name in known] for known in names]
    apt = aptness(labels, keys, load_lexicon())
    pod, command, product, literal, phrase, written, example, word = apt
    assert pod == phrase == 1.0
    assert 0 < command < product < 1.0
    assert 0 < written == example < literal < 1.0
    assert 0 < word < 1.0
