"""What a question's verbs mean: relations of the vocabulary, and which end of them is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgraph.ask.ports import Token
from kgraph.vocab import Relations

OUT, IN = "out", "in"


@dataclass(frozen=True, slots=True)
class RelationGuess:
    """A relation that the question may ask about.

    ``direction`` is OUT when the object is asked for (what does X create), IN when the subject is
    (what creates X); ``score`` in (0, 1] says how surely.
    """

    relation: str
    direction: str
    score: float
    verb: str


# Relations that notes use where a question uses another, and how near they come.
_NEAR: dict[str, tuple[str, ...]] = {
    "starts": ("restarts", "runs"),
    "restarts": ("starts", "creates", "runs"),
    "creates": ("triggers", "deploys", "returns"),
    "triggers": ("creates",),
    "runs": ("starts", "handles", "uses"),
    "runsOn": ("locatedIn",),
    "locatedIn": ("storedIn", "runsOn", "memberOf"),
    "storedIn": ("locatedIn",),
    "stores": ("storedIn", "collects"),
    "routedTo": ("forwardsTo", "sends"),
    "forwardsTo": ("routedTo", "sends", "connectsTo"),
    "sends": ("forwardsTo", "routedTo", "returns"),
    "receives": ("collects", "accesses"),
    "controls": ("manages", "handles", "prevents"),
    "manages": ("controls", "handles"),
    "handles": ("manages", "controls", "provides"),
    "selects": ("assigns", "schedules", "configures", "finds"),
    "schedules": ("assigns", "selects", "deploys"),
    "assigns": ("schedules", "selects", "configures", "provides"),
    "removes": ("stops", "removedFrom"),
    "removedFrom": ("removes",),
    "stops": ("removes",),
    "monitors": ("finds", "collects"),
    "collects": ("receives", "monitors", "finds"),
    "requires": ("dependsOn", "uses"),
    "dependsOn": ("requires", "basedOn"),
    "uses": ("requires", "basedOn", "supports"),
    "supports": ("provides", "allows", "hasAttribute"),
    "provides": ("supports", "hasAttribute"),
    "contains": ("hasAttribute",),
    "hasAttribute": ("contains", "hasState", "supports"),
    "hasState": ("hasAttribute",),
    "allows": ("supports",),
    "prevents": ("controls",),
    "updates": ("replaces", "converts", "configures"),
    "configures": ("updates", "assigns"),
    "replaces": ("updates",),
    "basedOn": ("uses", "dependsOn"),
    "means": ("isA",),
    "isA": ("means",),
    "deploys": ("runs", "creates", "schedules"),
    "connectsTo": ("forwardsTo", "accesses"),
    "accesses": ("connectsTo",),
    "validates": ("authenticates", "monitors"),
    "replicates": ("stores",),
    "encrypts": (),
}
_NEAR_SCORE = 0.6


def near(guess: RelationGuess) -> Iterator[RelationGuess]:
    """Guesses that come near ``guess``, at a lower score."""
    for relation in _NEAR.get(guess.relation, ()):
        yield RelationGuess(relation, guess.direction, guess.score * _NEAR_SCORE, guess.verb)


def guess_relations(
    text: str, lang: str, tokens: Sequence[Token], relations: Relations
) -> tuple[RelationGuess, ...]:
    """The relations that the predicates of ``text`` express, surest first."""
    found = _english(text, relations) if lang == "en" else _korean(tokens, relations)
    best: dict[tuple[str, str], RelationGuess] = {}
    for guess in found:
        key = guess.relation, guess.direction
        if key not in best or best[key].score < guess.score:
            best[key] = guess
    return tuple(sorted(best.values(), key=lambda g: (-g.score, g.relation, g.direction)))[:8]


def verb_names(word: str, relations: Relations) -> tuple[str, ...]:
    """What else a verb may be called: the predicates of its relations, in both languages."""
    ids = relations.by_verb(word)
    names: list[str] = []
    for relation_id in ids[:3]:
        relation = relations[relation_id]
        names += relation.verbs_ko
        names += (verb.removeprefix("be ").split()[0] for verb in relation.verbs_en)
    return tuple(
        dict.fromkeys(n.removesuffix("하다") if len(n) > 3 else n for n in names if n != word)
    )


# ---------------------------------------------------------------- Korean

_PARTICLES = {
    "JKS": "이",
    "JX": "은",
    "JKO": "을",
    "JC": "와",
}
_ADVERBIAL = {
    "에": "에",
    "에다": "에",
    "에서": "에서",
    "로": "로",
    "으로": "로",
    "와": "와",
    "과": "와",
    "랑": "와",
    "하고": "와",
    "에게": "에게",
    "한테": "에게",
    "부터": "부터",
    "로부터": "부터",
    "에서부터": "부터",
}
_WH = frozenset(["무엇", "뭐", "누구", "어디", "어느", "어떻", "어떤", "무슨", "몇", "얼마"])
_NOMINAL = ("N", "SL", "SN", "SH", "XSN", "XR", "SSC")


@dataclass(slots=True)
class _Phrase:
    """A noun phrase with the particle behind it."""

    asked: bool  # it holds the question word
    marker: str  # of relations.MARKERS, "은" for a topic, or empty


def _korean(tokens: Sequence[Token], relations: Relations) -> Iterator[RelationGuess]:
    phrases: list[_Phrase] = []
    asked = False
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.form in _WH and token.tag[0] in "NMV":
            asked = True
        if token.tag.startswith(_NOMINAL) or token.form in _WH:
            tag = following.tag if following else ""
            if tag.startswith("J") or tag in ("SF", "SP", "") or tag.startswith("VCP"):
                marker = _PARTICLES.get(tag, "")
                if tag == "JKB" and following:
                    marker = _ADVERBIAL.get(following.form, "")
                    if _agent_follows(tokens, i + 1):
                        marker = "의해"
                if tag != "JKG":
                    phrases.append(_Phrase(asked, marker))
                    asked = False
        lemma = _lemma(tokens, i)
        if lemma:
            yield from _by_frames(lemma, phrases, _last_asks(tokens, i, phrases), relations)


def _agent_follows(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].form == "의하"


def _last_asks(tokens: Sequence[Token], at: int, phrases: Sequence[_Phrase]) -> bool:
    """Whether the question word comes only after the predicate: 생성되는 것은 무엇인가."""
    return not any(p.asked for p in phrases) and any(t.form in _WH for t in tokens[at + 1 :])


def _lemma(tokens: Sequence[Token], at: int) -> str:
    """The dictionary form of the predicate that ends at ``at``; empty if none does."""
    token = tokens[at]
    if token.tag in ("XSV", "XSA") and at:
        noun = tokens[at - 1].form
        if at > 1 and tokens[at - 2].tag == "XPN":
            noun = tokens[at - 2].form + noun
        return f"{noun}{token.form}다"
    if token.tag.startswith("VV") and token.form not in ("의하", "위하", "통하", "대하"):
        if token.form in ("되", "하") and at and tokens[at - 1].tag.startswith("NN"):
            return f"{tokens[at - 1].form}{token.form}다"
        return f"{token.form}다"
    last = at + 1 >= len(tokens) or tokens[at + 1].tag[0] in "SJ"
    if token.tag == "NNG" and last:
        return f"{token.form}하다"  # a verbal noun at the end: Deployment가 생성?
    return ""


def _by_frames(
    lemma: str, phrases: Sequence[_Phrase], later: bool, relations: Relations
) -> Iterator[RelationGuess]:
    asked = {p.marker for p in phrases if p.asked}
    said = {p.marker for p in phrases if not p.asked}
    for frame in relations.korean(lemma):
        for direction, wanted, given in (
            (OUT, frame.object, frame.subject),
            (IN, frame.subject, frame.object),
        ):
            score = 0.45
            if later:  # 파드를 만드는 것은 무엇: what has no particle before the verb is asked for
                if wanted in said:
                    continue
                score += 0.35 if given in said else 0.1
            elif wanted in asked:
                score += 0.35
                score += 0.2 if given in said or "은" in said else 0.1
            elif asked and asked != {""} and not asked <= {"은"}:
                score -= 0.25
            elif given in said:
                score += 0.25
            elif wanted in said:
                score -= 0.15
            yield RelationGuess(frame.relation, direction, max(score, 0.1), lemma)


# ---------------------------------------------------------------- English

_EN_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "get", "gets", "got"])
_DO = frozenset(["do", "does", "did", "can", "could", "will", "would", "should", "may", "must"])
_HAVE = frozenset(["have", "has", "had", "having", "need", "needs", "needed"])
_DETERMINERS = frozenset(["the", "a", "an", "its", "their", "this", "these", "each", "every", "of"])
_ASKED = frozenset(["what", "which", "who", "whom", "where", "whose"])


def _english(text: str, relations: Relations) -> Iterator[RelationGuess]:
    words = [word.casefold() for word in _EN_WORD.findall(text)]
    wh = next((i for i, word in enumerate(words) if word in _ASKED), -1)
    for i, word in enumerate(words):
        before = words[:i]
        if word in _HAVE and words[i + 1 : i + 2] == ["to"]:
            continue  # says how the verb after it is meant
        if before[-1:] and before[-1] in _DETERMINERS:
            continue  # a noun: does it kill the process
        readings = relations.english_form(word)
        if any(x in _BE for x in before[-5:]) and any(k == "participle" for _, k in readings):
            readings = tuple(x for x in readings if x[1] == "participle")
        for base, kind in readings:
            passive = kind == "participle" and any(x in _BE for x in before[-5:])
            support = any(x in _DO for x in before) and kind == "base"
            by = "by" in words[i + 1 : i + 4] or (passive and "by" in before[:3])
            rest = words[i + 1 :]
            for frame in relations.english(base):
                if frame.passive and not passive:
                    continue
                fits = not frame.preposition or frame.preposition.split()[0] in rest
                score = 0.75 if fits else 0.5
                if frame.preposition and fits:
                    score += 0.1
                if frame.passive:
                    direction = OUT
                    score += 0.1 if "where" in words else 0.0
                elif passive:
                    # what is created by X: the thing is asked for; what is X created by: the agent
                    direction = OUT if _agent_named(words, i) else IN
                    if not by and "where" not in words:
                        score -= 0.1
                elif support:
                    direction = OUT
                else:
                    direction = IN if 0 <= wh < i else OUT
                yield RelationGuess(frame.relation, direction, min(score, 1.0), base)


def _agent_named(words: Sequence[str], verb: int) -> bool:
    """Whether an agent stands after the verb: created by the scheduler."""
    return "by" in words[verb + 1 :] and words[-1] != "by"
