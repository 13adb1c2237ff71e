"""Replies to questions, as JSON and as text for people."""

from __future__ import annotations

from typing import Any

import msgspec

from kgraph.render.texts import dated, place
from kgraph.text import unmarked
from kgraph.types import Answer, Reply

NOTHING = {
    "ko": "노트에 근거가 없습니다. (The notes do not say.)",
    "en": "The notes do not say. (노트에 근거가 없습니다.)",
}


def reply_data(reply: Reply, *, explain: bool = False) -> dict[str, Any]:
    """A reply in the published shape of ``ask --format json``."""
    data: dict[str, Any] = {
        "question": reply.question,
        "lang": reply.lang,
        "abstained": reply.abstained,
        "sparql": reply.sparql,
        "answers": msgspec.to_builtins(reply.answers),
    }
    if reply.worded:
        data["worded"] = reply.worded
        data["sources"] = msgspec.to_builtins(reply.sources)
    if explain:
        data["explanation"] = list(reply.explanation)
    return data


def reply_text(reply: Reply, *, show_sparql: bool = False, explain: bool = False) -> str:
    """A reply for people: each answer, then the sentence and the post it stands on."""
    lines: list[str] = []
    if explain:
        lines += [f"# {line}" for line in reply.explanation] + [""]
    if reply.abstained:
        lines.append(NOTHING.get(reply.lang, NOTHING["en"]))
        if reply.answers:
            lines.append("가까운 노트 / nearest notes:")
    if reply.worded:
        lines.append(reply.worded)
        for number, item in enumerate(reply.sources, 1):
            lines.append(f"    [{number}] “{unmarked(item.quote)}” — {item.title}")
        lines.append("")
    for answer in reply.answers:
        lines += _answer_lines(answer, nearest=reply.abstained)
    if show_sparql and reply.sparql:
        lines += ["", reply.sparql.strip()]
    return "\n".join(lines)


def _answer_lines(answer: Answer, *, nearest: bool) -> list[str]:
    lines = [f"  {answer.text}" if nearest else answer.text]
    shown: set[str] = set()
    for item in answer.evidence:
        where = place(item.title, item.heading)
        quote = unmarked(item.quote)
        if quote in shown:
            continue
        shown.add(quote)
        if quote != " ".join(answer.text.split()):
            lines.append(f"    “{quote}”")
        lines.append(f"    — {where}{dated(item)}" + (f" <{item.url}>" if item.url else ""))
    for item in answer.against:
        lines.append(f"    반대 / against: “{unmarked(item.quote)}”")
        lines.append(f"    — {item.title}{dated(item)}" + (f" <{item.url}>" if item.url else ""))
    return lines
