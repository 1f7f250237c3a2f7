"""The order of the clinician's report."""

from __future__ import annotations

from ilc.core import IssueSeverity
from ilc.explanation.model import NextTest
from ilc.report.clinician.chain import compose_chain
from ilc.report.clinician.change import compose_next_tests, compose_relief
from ilc.report.clinician.complaints import compose_complaints, leading_factors
from ilc.report.clinician.factors import compose_factors
from ilc.report.clinician.record import (
    compose_findings,
    compose_gaps,
    compose_images,
    compose_limits,
    compose_references,
    compose_robustness,
)
from ilc.report.clinician.safety import compose_safety
from ilc.report.document import (
    Block,
    Column,
    Document,
    Facts,
    Labels,
    Line,
    Notice,
    Paragraph,
    Run,
    Section,
    Table,
    line,
)
from ilc.report.figures import percent, points, share
from ilc.report.material import Material

LEADING = 3
HASH_SHOWN = 12


def compose_clinician_report(material: Material) -> Document:
    """Compose the whole report; the references come last because every part cites into them."""
    texts = material.texts
    diagnosis = material.diagnosis
    sections = (
        compose_safety(material),
        _compose_glance(material),
        compose_complaints(material),
        compose_chain(material),
        compose_relief(material),
        compose_next_tests(material),
        compose_factors(material),
        compose_robustness(material),
        compose_findings(material),
        compose_images(material),
        compose_gaps(material),
        compose_references(material),
        compose_limits(material),
    )
    return Document(
        kind="clinician",
        language=texts.language,
        title=texts.say("clinician.title"),
        subtitle=texts.say("clinician.subtitle", case=diagnosis.case_id, visit=diagnosis.visit or "–", on=diagnosis.on),
        ribbon=texts.say("clinician.ribbon"),
        opening=_compose_header(material),
        sections=sections,
        closing=texts.say("clinician.signature"),
        on=diagnosis.on,
        labels=Labels(
            contents=texts.say("clinician.contents"),
            page=texts.say("document.page", n="{n}", of="{of}"),
            running=texts.say("clinician.running", case=diagnosis.case_id),
        ),
    )


def _compose_header(material: Material) -> Facts:
    texts, diagnosis = material.texts, material.diagnosis
    setting = diagnosis.patient.setting
    known = material.knowledge.settings.get(setting)
    versions = texts.say(
        "clinician.version_line",
        ilc=diagnosis.versions.ilc,
        knowledge=diagnosis.versions.knowledge,
        hash=diagnosis.versions.knowledge_hash[:HASH_SHOWN],
        seed=diagnosis.seed,
    )
    return Facts(
        (
            (texts.say("clinician.case"), line(Run(diagnosis.case_id, "strong"))),
            (texts.say("clinician.visit"), line(diagnosis.visit or "–")),
            (texts.say("clinician.date"), line(diagnosis.on)),
            (texts.say("clinician.age"), line(texts.say("clinician.years", age=diagnosis.patient.age_years))),
            (texts.say("clinician.sex"), line(texts.choose("sex", diagnosis.patient.sex))),
            (
                texts.say("clinician.setting"),
                line(known.label if known else setting or texts.say("clinician.not_stated")),
            ),
            (texts.say("clinician.versions"), line(versions)),
        )
    )


def _compose_glance(material: Material) -> Section:
    texts = material.texts
    blocks: list[Block] = []
    serious = [issue for issue in material.diagnosis.issues if issue.severity is not IssueSeverity.INFO]
    if serious:
        link = Run(texts.say("glance.see_problems"), "", "gaps")
        blocks.append(Notice("watch", texts.count("glance.problems", len(serious)), (Paragraph(line(link)),)))
    if not material.present:
        blocks.append(Paragraph(line(texts.say("glance.no_complaint"))))
        return Section("glance", texts.say("glance.title"), tuple(blocks))
    rows = tuple(_glance_row(material, complaint.id) for complaint in material.present)
    columns = (
        Column(texts.say("glance.column_complaint"), 3),
        Column(texts.say("glance.column_leading"), 6),
        Column(texts.say("glance.column_origin"), 4),
    )
    blocks.append(Table(texts.say("glance.table"), columns, rows))
    blocks.append(Facts(_glance_facts(material)))
    return Section("glance", texts.say("glance.title"), tuple(blocks))


def _glance_row(material: Material, complaint: str) -> tuple[Line, ...]:
    texts = material.texts
    intensity = next((c.intensity_nrs for c in material.present if c.id == complaint), None)
    leading = []
    for factor in leading_factors(material, complaint)[:LEADING]:
        p = percent(factor.p_contributes[complaint].p)
        part = share(factor.share.get(complaint))
        leading.append(texts.say("glance.factor", factor=material.words.node(factor.id), p=p, share=part))
    origin = next((item for item in material.diagnosis.origin if item.complaint == complaint), None)
    shares = ""
    if origin is not None:
        shares = texts.say(
            "origin.shares", body=share(origin.body), brain=share(origin.brain), unexplained=share(origin.unexplained)
        )
    name = line(
        Run(material.words.node(complaint), "strong"), f" {points(intensity)}/10" if intensity is not None else ""
    )
    return name, line("; ".join(leading) or texts.say("complaint.nothing")), line(shares or "–")


def _glance_facts(material: Material) -> tuple[tuple[str, Line], ...]:
    texts = material.texts
    tests = material.diagnosis.next_tests
    first = [*tests.safety[:1], *tests.information[:1]]
    rings = material.words.grouped(tuple(factor.id for factor in material.factors if factor.incidental))
    pairs = [
        (
            texts.say("glance.next"),
            line("; ".join(_name_test(material, test) for test in first) or texts.say("glance.nothing")),
        ),
        (texts.say("glance.incidental"), line("; ".join(rings) or texts.say("glance.nothing"))),
    ]
    best = next((exit_set for exit_set in material.diagnosis.exit_sets if exit_set.reached), None)
    if best is not None:
        names = " + ".join(material.words.grouped(best.factors))
        text = texts.say("glance.exit_set", factors=names, reduction=share(best.expected_reduction))
        pairs.append((texts.say("glance.exit"), line(text)))
    return tuple(pairs)


def _name_test(material: Material, test: NextTest) -> str:
    findings = ", ".join(material.words.grouped(test.findings)[:LEADING])
    return material.texts.say("glance.test", test=material.words.test(test.test), findings=findings)
