"""The order of the clinician's report: a first page that answers, then everything it rests on."""

from __future__ import annotations

from ilc.report.clinician.chain import compose_chain
from ilc.report.clinician.change import compose_next_tests, compose_relief
from ilc.report.clinician.complaints import compose_complaints
from ilc.report.clinician.factors import compose_factors
from ilc.report.clinician.front import compose_glance, compose_next_steps
from ilc.report.clinician.record import (
    compose_findings,
    compose_gaps,
    compose_images,
    compose_limits,
    compose_references,
    compose_robustness,
)
from ilc.report.clinician.safety import compose_safety
from ilc.report.document import Document, Labels, Paragraph, Run, line
from ilc.report.material import Material


def compose_clinician_report(material: Material) -> Document:
    """Compose the whole report; the references come last because every part cites into them."""
    texts = material.texts
    diagnosis = material.diagnosis
    glance = compose_glance(material)
    front = (compose_safety(material), glance, compose_chain(material), compose_next_steps(material, glance))
    details = (
        compose_complaints(material),
        compose_factors(material),
        compose_relief(material),
        compose_next_tests(material),
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
        sections=(*front, *details),
        closing=texts.say("clinician.signature"),
        on=diagnosis.on,
        labels=Labels(
            contents=texts.say("clinician.contents"),
            page=texts.say("document.page", n="{n}", of="{of}"),
            running=texts.say("clinician.running", case=diagnosis.case_id),
            appendix=texts.say("clinician.appendix"),
            see_appendix=texts.say("clinician.see_appendix"),
        ),
        front=len(front),
    )


def _compose_header(material: Material) -> Paragraph:
    """The person in one line; no name."""
    texts, patient = material.texts, material.diagnosis.patient
    known = material.knowledge.settings.get(patient.setting)
    person = texts.say(
        "clinician.person",
        age=patient.age_years,
        sex=texts.choose("sex", patient.sex),
        setting=known.label if known else patient.setting or texts.say("clinician.not_stated"),
    )
    return Paragraph(line(Run(person, "strong")), "lead")
