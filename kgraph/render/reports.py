"""What was ingested, pushed or is there, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgraph.storage.generations import FOREIGN

if TYPE_CHECKING:  # the stages of ingestion are slow to import and only named here
    from kgraph.graph.push import PushReport
    from kgraph.pipeline.report import Report


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
