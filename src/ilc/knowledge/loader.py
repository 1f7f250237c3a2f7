"""From files to a frozen Knowledge: everything wrong is collected and told at once, nothing wrong gets through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from ilc.knowledge.bibliography import parse_bibliography
from ilc.knowledge.document import Value, parse_yaml
from ilc.knowledge.fields import Fields
from ilc.knowledge.files import (
    FITTED,
    IDS_LOCK,
    KINDS,
    OVERLAY,
    REFERENCES,
    VERSION,
    hash_of,
    kind_of,
    packaged_data,
    read_knowledge_files,
)
from ilc.knowledge.findings import Parents, parse_finding
from ilc.knowledge.fitted import apply_fit, parse_fitted
from ilc.knowledge.ids_lock import check_ids_lock
from ilc.knowledge.known import AlreadyRefused, Known
from ilc.knowledge.left_out import parse_left_out
from ilc.knowledge.links import check_no_cycle, parse_link
from ilc.knowledge.model import FitRecord, Knowledge, LinkDef, Reference
from ilc.knowledge.nodes import parse_node
from ilc.knowledge.number import Numbers
from ilc.knowledge.parameters import parse_parameter
from ilc.knowledge.plausible import parse_plausible
from ilc.knowledge.refusal import KnowledgeError, Mark, Refusal, Refusals
from ilc.knowledge.rules import Grounds, parse_instrument, parse_red_flag, parse_self_care, parse_setting, parse_test

_VERSION = re.compile(r"(?P<year>20\d\d)\.(?P<month>1[0-2]|0?[1-9])\.(?P<number>\d+)")
_OVERLAY_FOLDER = "overlay/"  # tells an overlay's files from the base's in messages and in the hash

Definition = TypeVar("Definition")


def load_knowledge(overlay: Path | None = None) -> Knowledge:
    """The knowledge base of the package, with the entries of an overlay folder added or put in place of those it names.

    An overlay whose `overlay.yaml` says `replace: true`, and which has VERSION and nodes/, is taken instead of it.

    Raises
    ------
    KnowledgeError : lists everything the data has wrong, each with file, line and remedy
    """
    base = read_knowledge_files(packaged_data())
    if overlay is None:
        return knowledge_from(base)
    above = read_knowledge_files(overlay)
    return knowledge_from(above) if _replaces(above) else knowledge_from(base, above)


def knowledge_from(base: Mapping[str, str], overlay: Mapping[str, str] | None = None) -> Knowledge:
    """Knowledge from the texts of its files by name, and those of an overlay.

    Raises
    ------
    KnowledgeError : lists everything the data has wrong
    """
    return _Loading(base, overlay or {}).load()


def _replaces(texts: Mapping[str, str]) -> bool:
    try:
        fields = Fields.of(parse_yaml(texts.get(OVERLAY, ""), file=OVERLAY), "overlay", {"replace"})
        replaces = fields.flag("replace", default=False)
        if replaces and not (VERSION in texts and any(kind_of(name) == "nodes" for name in texts)):
            message = "an overlay that replaces everything must be a whole knowledge base."
            raise Refusal("OVERLAY", fields.mark_of("replace"), message, "Add VERSION and nodes/, or remove replace.")
        return replaces
    except Refusal as refusal:
        raise KnowledgeError([refusal.issue]) from refusal


class _Section:
    """The entries of one kind, each with its line, before they are understood."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.marks: dict[str, Mark] = {}


class _Loading:
    """One run over the data."""

    def __init__(self, base: Mapping[str, str], overlay: Mapping[str, str]) -> None:
        self._base = base
        self._overlay = overlay
        self._refusals = Refusals()
        self._skipped = 0
        self._sections = {kind: _Section() for kind in KINDS}

    def load(self) -> Knowledge:
        version, reviewed = self._version()
        references = self._references()
        self._gather(self._base, folder="")
        self._gather(self._overlay, folder=_OVERLAY_FOLDER)
        self._refusals.raise_if_any()
        knowledge = self._understand(version, reviewed, references)
        for texts in (self._base, self._overlay):
            check_ids_lock(texts.get(IDS_LOCK, ""), self._sections["nodes"].values, self._refusals)
        self._refusals.raise_if_any()
        if self._skipped:
            raise RuntimeError("entries were left out without a refusal that says why")
        return knowledge

    def _version(self) -> tuple[str, str]:
        """The version, and the date by which what is assumed in place was last reviewed: each version reviews it."""
        match = self._match_version(self._base.get(VERSION, ""), folder="")
        version = match[0] if match else ""
        if self._overlay:
            own = self._overlay.get(VERSION)
            over = self._match_version(own, folder=_OVERLAY_FOLDER) if own is not None else None
            version += f"+{over[0] if over else 'overlay'}"
        return version, f"{match['year']}-{int(match['month']):02d}-01" if match else ""

    def _match_version(self, text: str, *, folder: str) -> re.Match[str] | None:
        match = _VERSION.fullmatch(text.strip())
        if match is None:
            remedy = "Write year.month.number, as 2026.11.1."
            message = f"{text.strip()[:40]!r} is no version."
            self._refusals.add(Refusal("WRONG_VERSION", Mark(folder + VERSION, 1), message, remedy))
        return match

    def _references(self) -> dict[str, Reference]:
        references: dict[str, Reference] = {}
        for texts, folder in ((self._base, ""), (self._overlay, _OVERLAY_FOLDER)):
            try:
                parsed = parse_bibliography(texts.get(REFERENCES, ""), file=folder + REFERENCES)
            except Refusal as refusal:
                self._refusals.add(refusal)
            else:
                references.update({key: reference for key, (_, reference) in parsed.items()})
        return references

    def _gather(self, texts: Mapping[str, str], *, folder: str) -> None:
        """Put the entries of some files into their sections; the same id twice among them is refused."""
        seen: dict[str, dict[str, Mark]] = {kind: {} for kind in KINDS}
        for name in sorted(texts):
            kind = kind_of(name)
            if kind not in self._sections:
                continue
            try:
                entries = parse_yaml(texts[name], file=folder + name)
            except Refusal as refusal:
                self._refusals.add(refusal)
                continue
            for id_, value in entries.values.items():
                mark = entries.marks[id_]
                if id_ in seen[kind]:
                    message = f"{id_} is here again; it is first at {seen[kind][id_]}."
                    self._refusals.add(Refusal("DUPLICATE_ID", mark, message, "Keep one of the two."))
                seen[kind][id_] = mark
                self._sections[kind].values[id_] = value
                self._sections[kind].marks[id_] = mark

    def _each(self, kind: str, parse: Callable[[str, Value], Definition]) -> dict[str, Definition]:
        """What is accepted of one kind, in the order of the data; the rest is noted as refused."""
        accepted: dict[str, Definition] = {}
        for id_, value in self._sections[kind].values.items():
            try:
                accepted[id_] = parse(id_, value)
            except Refusal as refusal:
                self._refusals.add(refusal)
            except AlreadyRefused:
                self._skipped += 1
        return accepted

    def _known(self, kind: str, accepted: Mapping[str, Definition]) -> Known[Definition]:
        return Known(self._sections[kind].values, accepted)

    def _understand(self, version: str, reviewed: str, references: dict[str, Reference]) -> Knowledge:
        parameters = self._each("parameters", lambda id_, value: parse_parameter(id_, value, references))
        stated = frozenset(self._sections["parameters"].values)
        numbers = Numbers(parameters, known=stated, reviewed=reviewed)
        nodes = self._each("nodes", lambda id_, value: parse_node(id_, value, numbers))
        known_nodes = self._known("nodes", nodes)
        links = self._each("links", lambda id_, value: parse_link(id_, value, known_nodes, numbers))
        self._check_no_cycle(links)
        tests = self._each("tests", parse_test)
        parents = Parents(known_nodes, self._known("links", links))
        known_tests = self._known("tests", tests)
        findings = self._each("findings", lambda id_, value: parse_finding(id_, value, parents, known_tests, numbers))
        grounds = Grounds(known_nodes, self._known("findings", findings), references)
        red_flags = self._each("red_flags", lambda id_, value: parse_red_flag(id_, value, grounds, numbers))
        self_care = self._each("self_care", lambda id_, value: parse_self_care(id_, value, grounds))
        instruments = self._each("questionnaires", lambda id_, value: parse_instrument(id_, value, grounds))
        settings = self._each("settings", lambda id_, value: parse_setting(id_, value, known_nodes, numbers))
        plausible = self._each("plausible", lambda id_, value: parse_plausible(id_, value, known_nodes, numbers))
        left_out = self._each("left_out", lambda id_, value: parse_left_out(id_, value, references))
        fit = self._fit()
        if fit is not None:
            fitted = apply_fit(fit, nodes, links, parameters)
            nodes, links, parameters = dict(fitted.nodes), dict(fitted.links), dict(fitted.parameters)
        return Knowledge(
            version=version,
            hash=hash_of({**self._base, **{_OVERLAY_FOLDER + name: text for name, text in self._overlay.items()}}),
            nodes=MappingProxyType(nodes),
            links=MappingProxyType(links),
            findings=MappingProxyType(findings),
            tests=MappingProxyType(tests),
            parameters=MappingProxyType(parameters),
            red_flags=MappingProxyType(red_flags),
            self_care=MappingProxyType(self_care),
            instruments=MappingProxyType(instruments),
            settings=MappingProxyType(settings),
            references=MappingProxyType(references),
            plausible=MappingProxyType(plausible),
            left_out=MappingProxyType(left_out),
            fit=fit,
        )

    def _fit(self) -> FitRecord | None:
        """The fitted numbers of the base; an overlay states its own numbers and fits none."""
        try:
            return parse_fitted(self._base.get(FITTED, ""))
        except Refusal as refusal:
            self._refusals.add(refusal)
            return None

    def _check_no_cycle(self, links: Mapping[str, LinkDef]) -> None:
        try:
            check_no_cycle(links, self._sections["links"].marks)
        except Refusal as refusal:
            self._refusals.add(refusal)
