"""What the commands print: results as JSON and as text for people. Pure functions to strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from kgraph.draft import link
from kgraph.generations import FOREIGN
from kgraph.graph.cards import Card
from kgraph.iri import concept_iri
from kgraph.text import unmarked
from kgraph.types import (
    Answer,
    Citation,
    Concept,
    Hit,
    RecordKind,
    Related,
    Reply,
    Resolution,
    Statement,
    Why,
)

if TYPE_CHECKING:  # the stages of ingestion are slow to import and only named here
    from kgraph.graph.push import PushReport
    from kgraph.report import Report

NOTHING = {
    "ko": "노트에 근거가 없습니다. (The notes do not say.)",
    "en": "The notes do not say. (노트에 근거가 없습니다.)",
}


def json_line(value: Any) -> str:
    """``value`` as one line of JSON, Hangul as it is."""
    return msgspec.json.encode(value).decode()


def json_block(value: Any) -> str:
    """``value`` as indented JSON, Hangul as it is."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


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
        where = _place(item.title, item.heading)
        quote = unmarked(item.quote)
        if quote in shown:
            continue
        shown.add(quote)
        if quote != " ".join(answer.text.split()):
            lines.append(f"    “{quote}”")
        lines.append(f"    — {where}{_dated(item)}" + (f" <{item.url}>" if item.url else ""))
    for item in answer.against:
        lines.append(f"    반대 / against: “{unmarked(item.quote)}”")
        lines.append(f"    — {item.title}{_dated(item)}" + (f" <{item.url}>" if item.url else ""))
    return lines


def _dated(item: Citation) -> str:
    return f" ({item.date[:10]})" if item.date else ""


def hits_data(query: str, hits: Iterable[Hit], *, explain: bool = False) -> dict[str, Any]:
    """Search results in the published shape of ``search --format json``.

    With ``explain`` the parts also hold those of the post and the weight of the words.
    """
    return {
        "query": query,
        "results": [
            {
                "kind": hit.record.kind,
                "post": hit.record.post,
                "title": hit.record.title,
                "heading": hit.record.heading,
                "text": hit.record.text,
                "start": hit.record.start,
                "end": hit.record.end,
                "iri": hit.record.iri,
                "score": round(hit.score, 6),
                "parts": {
                    "dense": round(hit.dense, 6),
                    "lexical": round(hit.lexical, 6),
                    "graph": round(hit.graph, 6),
                    **(_page_parts(hit) if explain else {}),
                },
            }
            for hit in hits
        ],
    }


def _page_parts(hit: Hit) -> dict[str, float]:
    return {
        "page_dense": round(hit.page_dense, 6),
        "page_lexical": round(hit.page_lexical, 6),
        "page_pairs": round(hit.page_pairs, 6),
        "trust": round(hit.trust, 6),
    }


def _place(title: str, heading: str) -> str:
    """A post's title and the headings of a place in it; the first of them is often the title."""
    return " > ".join(dict.fromkeys(x for x in (title, *heading.split(" > ")) if x))


def hits_text(hits: Sequence[Hit], *, explain: bool = False) -> str:
    """Search results for people."""
    lines: list[str] = []
    for number, hit in enumerate(hits, 1):
        record = hit.record
        where = _place(record.title, record.heading)
        where = where or record.iri
        parts = ""
        if explain:
            parts = f"  [score {hit.score:.3f}: dense {hit.dense:.3f}, lexical {hit.lexical:.3f}"
            if hit.record.kind is RecordKind.PASSAGE:
                parts += f"; its post: dense {hit.page_dense:.3f}, lexical {hit.page_lexical:.3f}"
                parts += f", syllables {hit.page_pairs:.3f}"
            parts += f"; words count {hit.trust:.2f}]"
        lines.append(f"{number}. {' '.join(record.text.split())}{parts}")
        lines.append(f"   — {record.kind}: {where}")
    return "\n".join(lines)


def related_text(related: Related, *, why: bool = False) -> str:
    """Related concepts and posts for people."""
    lines: list[str] = []
    for concept in related.concepts:
        lines.append(f"{concept.label}  ({concept.score:.3f})")
        lines += _why_lines(concept.why) if why else []
    if related.posts and lines:
        lines.append("")
    for post in related.posts:
        lines.append(f"▸ {post.title or post.post}  ({post.score:.3f})")
        lines += _why_lines(post.why) if why else []
    return "\n".join(lines)


def _why_lines(reasons: Iterable[Why]) -> Iterator[str]:
    for reason in reasons:
        yield f"    {reason.reason}"
        if reason.quote:
            yield f"        “{unmarked(reason.quote)}”"


def related_wikilinks(related: Related) -> str:
    """Related concepts as Obsidian wikilinks, one a line."""
    return "\n".join(f"[[{concept.label}]]" for concept in related.concepts)


def related_markdown(related: Related, targets: Mapping[str, str], *, why: bool = False) -> str:
    """Two Markdown lists of links; ``targets`` are by IRI of a concept and id of a post."""
    lines: list[str] = []
    for concept in related.concepts:
        lines.append(f"- {_markdown_link(concept.label, targets.get(concept.iri, ''))}")
        lines += [f"  - {reason.reason}" for reason in concept.why if why]
    if related.posts:
        lines += [""] * bool(lines) + ["관련 글:", ""]
    for post in related.posts:
        lines.append(f"- {_markdown_link(post.title or post.post, targets.get(post.post, ''))}")
        lines += [f"  - {reason.reason}" for reason in post.why if why]
    return "\n".join(lines)


def _markdown_link(text: str, target: str) -> str:
    return link("md", text, text, target) if target else text


def statement_data(statement: Statement, concepts: dict[str, Concept]) -> dict[str, Any]:
    """A statement in the published shape of ``extract --format jsonl``."""

    def argument(concept_id: str) -> dict[str, Any]:
        concept = concepts[concept_id]
        label, *aliases = concept.names
        return {"label": label, "aliases": aliases, "iri": concept_iri(concept.id)}

    evidence = statement.evidence
    return {
        "post": evidence.post,
        "subject": argument(statement.subject),
        "relation": statement.relation,
        "object": argument(statement.object),
        "negated": statement.negated,
        "condition": statement.condition or None,
        "evidence": {
            "quote": evidence.quote,
            "start": evidence.start,
            "end": evidence.end,
            "rule": evidence.rule,
        },
    }


def statements_text(resolution: Resolution) -> str:
    """Statements for people: one a line, the quote below."""
    concepts = {concept.id: concept for concept in resolution.concepts}
    lines: list[str] = []
    for statement in resolution.statements:
        subject, object_ = concepts[statement.subject], concepts[statement.object]
        relation = ("not " if statement.negated else "") + unquote(statement.relation)
        condition = f"  [if: {statement.condition}]" if statement.condition else ""
        lines.append(f"{subject.label()} —{relation}→ {object_.label()}{condition}")
        quote = unmarked(statement.evidence.quote)
        lines.append(f"    “{quote}” — {statement.evidence.post} ({statement.evidence.rule})")
    return "\n".join(lines)


def card_text(card: Card) -> str:
    """A concept's card for people."""
    names = [label.text for label in (*card.preferred, *card.alternative)]
    lines = [f"{' / '.join(dict.fromkeys(names))}  [{card.kind}]", f"  {card.iri}"]
    for definition in card.definitions:
        lines.append(f"  “{' '.join(definition.text.split())}” — {definition.citation.title}")
    for relation in card.relations:
        sign = "not " if relation.negated else ""
        condition = f"  [if: {relation.condition}]" if relation.condition else ""
        lines.append(f"  {sign}{relation.label} → {relation.name}{condition}")
        for citation in relation.citations[:1]:
            lines.append(f"      “{unmarked(citation.quote)}” — {citation.title}")
    lines += [f"  ▸ {title or post}" for post, title, _ in card.posts]
    return "\n".join(lines)


def report_text(report: Report, *, verbose: bool = False) -> str:
    """What an ingest did, for people."""
    counts = report.counts
    if report.unchanged:
        lines = [f"unchanged: {report.same} posts. 바뀐 노트가 없습니다."]
    else:
        lines = [
            f"{counts['posts']} posts: {report.new} new, {report.changed} changed,"
            f" {report.moved} moved, {report.deleted} deleted, {report.same} as before"
        ]
    lines.append(
        f"{counts['passages']} passages, {counts['concepts']} concepts,"
        f" {counts['statements']} statements ({counts['negated']} negated,"
        f" {counts['minted']} of minted relations), {counts['evidence']} pieces of evidence"
    )
    foreign = [x for x in report.skipped if x[1].startswith(FOREIGN)]
    failed = [x for x in report.skipped if x not in foreign]
    if failed:
        lines.append(f"skipped {len(failed)}:")
        shown = failed if verbose else failed[:5]
        lines += [f"  {_named(name, reason)}" for name, reason in shown]
        if len(shown) < len(failed):
            lines.append(f"  … and {len(failed) - len(shown)} more; --report json lists them")
    if foreign:
        lines.append(f"{len(foreign)} files are no notes")
        lines += [f"  {_named(name, reason)}" for name, reason in foreign if verbose]
    if verbose:
        clock = ", ".join(f"{stage} {took:.1f} s" for stage, took in report.seconds.items())
        lines.append(clock)
    return "\n".join(lines)


def _named(name: str, reason: str) -> str:
    """The reason with the name before it, unless it names the file itself."""
    return reason if name in reason else f"{name}: {reason}"


def push_text(report: PushReport, url: str) -> str:
    """What a push did, for people."""
    held = f"{report.triples} triples and the graphs of {report.graphs} posts"
    if report.unchanged:
        return f"unchanged: {url} holds {held} already. 이미 올라가 있습니다."
    return (
        f"{url} holds {held}: {report.sent} triples sent, {report.changed} graphs of posts"
        f" changed, {report.dropped} dropped"
    )


def status_text(data: dict[str, Any]) -> str:
    """What an index holds, for people."""
    lines = [
        f"{data['indexes']}: generation {data['generation']}, kgraph {data['version']}",
        f"encoder {data['encoder']}, {data['dimension']} dimensions",
        ", ".join(f"{count} {name}" for name, count in data["counts"].items()),
    ]
    for source in data["sources"]:
        lines.append(f"{source['path']}: {source['files']} files, {source['posts']} posts")
        whys = source["skipped"].items()
        lines += [f"  skipped {_named(name, why)}" for name, why in whys]
    if data.get("minted"):
        named = ", ".join(f"{name} {count}" for name, count in data["minted"].items())
        lines.append(f"minted relations (verbs outside the vocabulary): {named}")
    for post in data.get("posts", ()):
        lines.append(
            f"- {post['id']}: {post['title']}" + (f" ({post['date']})" * bool(post["date"]))
        )
    return "\n".join(lines)
