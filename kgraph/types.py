"""The data that flows through kgraph, stage by stage; read this file first.

    read -> Post -> segment -> Sentence, Passage -> extract -> Extraction -> resolve -> Resolution
         -> graph (quads) + index (Record, vectors) -> ask -> Reply

Everything here is frozen and holds no behaviour beyond arithmetic on itself. Offsets are Unicode
code points, the end is exclusive. There are two coordinate systems, and a name always says which:
*source* offsets point into ``Post.text`` (what the author wrote, markup and all); *block* offsets
point into ``Block.text`` (what a reader sees, markup gone). ``Block.source_span`` leads from the
second to the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# ---------------------------------------------------------------- read


class BlockKind(StrEnum):
    """What a stretch of a post is, as the reader's parser saw it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # one list item's own text, nested lists are blocks of their own
    TERM = "term"  # the term of a definition list; its DETAIL blocks follow
    DETAIL = "detail"  # a definition of the TERM before it
    QUOTE = "quote"
    CELL = "cell"  # one table cell
    CODE = "code"  # a fenced or indented code block; its text is not prose


class MarkKind(StrEnum):
    """Inline markup that matters to extraction."""

    CODE = "code"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    LINK = "link"  # target: URL or path
    WIKILINK = "wikilink"  # target: the note's name
    IMAGE = "image"  # target: its URL; the block text holds the alternative text
    DELETED = "deleted"  # struck out: the author took it back
    GLOSS = "gloss"  # <sub>/<sup>: a note glued to the word before


@dataclass(frozen=True, slots=True)
class Mark:
    """An inline span in block offsets."""

    kind: MarkKind
    start: int
    end: int
    target: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` characters of block text that stand unchanged in the source."""

    block_start: int
    source_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table cell or code block of a post.

    ``text`` is what a reader sees; ``runs`` says where each stretch of it stands in the source,
    ascending in both coordinates. Characters of ``text`` outside every run were made by the reader
    (a space for ``<br>``, a decoded entity).
    """

    kind: BlockKind
    text: str
    runs: tuple[Run, ...]
    start: int  # source offsets of the whole block, markup included
    end: int
    level: int = 0  # heading: 1..6; item: nesting depth from 1; else 0
    parent: int | None = None  # index in Post.blocks of the list item or term this stands under
    headings: tuple[int, ...] = ()  # indices of the enclosing HEADING blocks, outermost first
    ordered: bool = False  # item of a numbered list
    table: int | None = None  # cell: which table of the post, row (0 = header) and column
    row: int | None = None
    column: int | None = None
    language: str = ""  # code: the fence's language
    marks: tuple[Mark, ...] = ()

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest source span that holds ``text[start:end]`` (block offsets, start < end).

        Raises:
            ValueError: if no character of the span stands in the source.
        """
        first = last = -1
        i = max(bisect_right(self.runs, start, key=lambda run: run.block_start) - 1, 0)
        for run in self.runs[i:]:
            if run.block_start >= end:
                break
            low = max(start, run.block_start)
            high = min(end, run.block_start + run.length)
            if low < high:
                shift = run.source_start - run.block_start
                if first < 0:
                    first = low + shift
                last = high + shift
        if first < 0:
            raise ValueError(f"block span {start}:{end} stands nowhere in the source")
        return first, last


@dataclass(frozen=True, slots=True)
class Post:
    """One source document.

    ``text`` is the stored source text: the file decoded, without BOM, newlines as ``\\n``, NFC.
    ``id`` is the path below the ingested folder without its suffix, or the id that the source
    gives (``blog-listing/3``); unique per source. ``sha256`` is that of the file's bytes (of the
    entry's own text where one file holds several posts).
    """

    id: str
    title: str
    text: str
    format: str  # "markdown" | "listing" | "text" | ...
    sha256: str
    blocks: tuple[Block, ...]
    lang: str = "ko"  # "ko" | "en": the language most of the text is in
    url: str = ""
    date: str = ""  # ISO 8601, or empty
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    path: str = ""  # the file it came from, relative to the ingested folder
    series: str = ""  # the name of the series it is a part of

    def heading_path(self, block: Block) -> tuple[str, ...]:
        """The texts of the headings that ``block`` stands under, outermost first."""
        return tuple(self.blocks[i].text for i in block.headings)


# ---------------------------------------------------------------- segment


@dataclass(frozen=True, slots=True)
class Sentence:
    """What extraction reads: a sentence, heading, list item's line or cell.

    ``text == post.blocks[block].text[block_start:block_end]``; ``start``/``end`` are its source
    span, so that ``post.text[start:end]`` is the quote.
    """

    index: int  # position among the post's sentences
    block: int  # index in Post.blocks
    text: str
    block_start: int
    block_end: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What retrieval returns: whole neighbouring sentences of one section, ~400 characters at most.

    ``text`` is readable (markup gone); ``start``/``end`` are source offsets of its first and last
    sentence; ``headings`` is its heading path.
    """

    post: str
    index: int  # position among the post's passages
    text: str
    headings: tuple[str, ...]
    start: int
    end: int
    sentences: tuple[int, ...]  # indices of its sentences


@dataclass(frozen=True, slots=True)
class Segmented:
    """A post cut into sentences and passages."""

    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


# ---------------------------------------------------------------- extract


class Kind(StrEnum):
    """What sort of thing a concept is; CONCEPT when nothing says more."""

    COMPONENT = "component"
    RESOURCE = "resource"
    COMMAND = "command"
    OPTION = "option"
    FIELD = "field"
    PRODUCT = "product"
    PERSON = "person"
    ORGANISATION = "organisation"
    VALUE = "value"
    CONCEPT = "concept"


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase that names a concept, where it stands (source offsets)."""

    surface: str  # as a reader sees it: particles and determiners stripped
    start: int
    end: int
    sentence: int  # its index, -1 in a code block
    kind: Kind = Kind.CONCEPT


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement was read. ``post_text[start:end] == quote`` always (source offsets)."""

    post: str
    quote: str
    start: int
    end: int
    rule: str  # the rule that fired, such as "ko.clause" or "table.attribute"
    version: str  # of the extractor


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement before resolution: its arguments are surface forms."""

    subject: str
    relation: str  # a vocabulary id, or for minted relations the verb's dictionary form
    object: str
    evidence: Evidence
    negated: bool = False
    condition: str = ""
    minted: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names that the text says are one thing: 쿠버네티스(Kubernetes), k8s = Kubernetes."""

    first: str
    second: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Definition:
    """A sentence that says what a term is."""

    term: str
    text: str  # the defining sentence, readable
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one post says, before names are resolved."""

    post: str
    mentions: tuple[Mention, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    pairs: tuple[Pair, ...] = ()
    definitions: tuple[Definition, ...] = ()


# ---------------------------------------------------------------- resolve


@dataclass(frozen=True, slots=True)
class Label:
    """A name in a language (BCP 47: "ko", "en")."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Why a surface form belongs to a concept."""

    surface: str
    reason: str  # "spelling" | "plural" | "pair" | "lexicon" | "transliteration" | "user"
    detail: str = ""  # the quote or the lexicon entry behind it


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing the notes talk about. ``id`` is the readable slug that its IRI ends in."""

    id: str
    pref: tuple[Label, ...]  # at most one a language; never empty
    alt: tuple[Label, ...] = ()
    hidden: tuple[Label, ...] = ()  # spellings to be found by, not to be shown
    kind: Kind = Kind.CONCEPT
    definitions: tuple[Definition, ...] = ()
    merges: tuple[Merge, ...] = ()
    mentions: int = 0  # how often the notes name it

    def label(self, lang: str = "ko") -> str:
        """The preferred label in ``lang``, else in whatever language there is one."""
        return next((x.text for x in self.pref if x.lang == lang), self.pref[0].text)

    @property
    def names(self) -> tuple[str, ...]:
        """Every label, preferred ones first, without repeats."""
        return tuple(dict.fromkeys(x.text for x in (*self.pref, *self.alt, *self.hidden)))


@dataclass(frozen=True, slots=True)
class Statement:
    """(subject, relation, object) with the sentence that says so; one per piece of evidence."""

    subject: str  # Concept.id
    relation: str  # vocabulary id, or the minted relation's slug
    object: str  # Concept.id
    evidence: Evidence
    negated: bool = False
    condition: str = ""
    minted: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A mention after resolution: which concept is named where (source offsets)."""

    concept: str  # Concept.id
    post: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """The resolved content of all posts: what the graph and the index are built from.

    ``concepts`` is sorted by id, ``statements`` and ``occurrences`` by post and offset: the same
    extractions in any order give the same Resolution. Tuples, or on disk where they would fill the
    memory.
    """

    concepts: Sequence[Concept]
    statements: Sequence[Statement]
    occurrences: Sequence[Occurrence]


# ---------------------------------------------------------------- index


class RecordKind(StrEnum):
    """What a search hit is."""

    PASSAGE = "passage"
    CONCEPT = "concept"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Record:
    """One searchable text. ``id`` is a stable signed 64-bit number, never 0."""

    id: int
    kind: RecordKind
    text: str  # what is shown
    embed: str  # what is encoded and tokenised: heading path and title included
    post: str = ""
    title: str = ""
    heading: str = ""  # the heading path joined with " > "
    start: int = 0  # source offsets, for passages and statements
    end: int = 0
    iri: str = ""  # concepts: the concept's IRI


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, with its fused score and the parts it was fused from."""

    record: Record
    score: float
    dense: float  # cosine similarity
    lexical: float  # BM25
    graph: float = 0.0
    page_dense: float = 0.0  # the cosine of its whole post, for passages
    page_lexical: float = 0.0  # the BM25 of its whole post: morphemes
    page_pairs: float = 0.0  # the same: pairs of syllables
    trust: float = 0.0  # how much the words counted against the vectors, 0..1


@dataclass(frozen=True, slots=True)
class Why:
    """A reason in words, with the sentence behind it where there is one."""

    reason: str
    post: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class RelatedConcept:
    """A concept near a term or a draft."""

    label: str
    iri: str
    score: float
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class RelatedPost:
    """A post near a term or a draft."""

    post: str
    title: str
    url: str
    score: float
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What is related to a term or a draft, best first."""

    concepts: tuple[RelatedConcept, ...]
    posts: tuple[RelatedPost, ...]


# ---------------------------------------------------------------- ask


@dataclass(frozen=True, slots=True)
class Citation:
    """The sentence under an answer. Offsets are source offsets."""

    post: str
    title: str
    url: str
    quote: str
    start: int
    end: int
    heading: str = ""
    date: str = ""  # of the post, ISO, empty if it has none


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``kind`` is "graph" (from statements) or "passage" (the answering sentence).

    ``against`` are the sentences of the notes that say the opposite.
    """

    text: str
    labels: tuple[str, ...]
    score: float
    kind: str
    evidence: tuple[Citation, ...]
    against: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What ``ask`` says to one question; if it abstained, ``answers`` are only nearest notes.

    ``worded`` is what a language model made of the answers, if the user has set one up: it cites
    ``sources`` by their numbers, [1] the first.
    """

    question: str
    lang: str
    abstained: bool
    sparql: str
    answers: tuple[Answer, ...]
    explanation: tuple[str, ...] = ()
    worded: str = ""
    sources: tuple[Citation, ...] = ()
