"""The order of the patient's report."""

from __future__ import annotations

from ilc.report.document import Document, Labels, Paragraph, Section, line
from ilc.report.material import Material
from ilc.report.patient.comfort import comfort_is_allowed, must_be_seen_now, raised_flags
from ilc.report.patient.days import compose_days
from ilc.report.patient.house import compose_house, compose_origin, compose_pipe
from ilc.report.patient.message import compose_message
from ilc.report.patient.parts import compose_looked, compose_parts
from ilc.report.patient.rings import compose_rings
from ilc.report.patient.route import compose_route
from ilc.report.patient.safety import compose_first, compose_help, compose_unknown
from ilc.report.patient.steps import compose_questions, compose_steps


def compose_patient_report(material: Material) -> Document:
    """Compose the report; a red flag comes first and displaces comfort, an urgent one everything that can wait."""
    texts = material.texts
    on = material.diagnosis.on
    return Document(
        kind="patient",
        language=texts.language,
        title=texts.say("patient.title"),
        subtitle=texts.say("patient.subtitle", on=on),
        ribbon=texts.say("patient.ribbon"),
        opening=None if raised_flags(material) else Paragraph(line(texts.say("patient.welcome")), "lead"),
        sections=tuple(section for section in _sections(material) if section is not None),
        closing=texts.say("patient.signature"),
        on=on,
        labels=Labels(
            contents="",
            page=texts.say("document.page", n="{n}", of="{of}"),
            running=texts.say("patient.running"),
        ),
    )


def _sections(material: Material) -> tuple[Section | None, ...]:
    first, looked = compose_first(material), compose_looked(material)
    ask, help_, unknown = compose_questions(material), compose_help(material), compose_unknown(material)
    if must_be_seen_now(material):
        return (first, help_, looked, unknown)
    comfort = comfort_is_allowed(material)
    return (
        first,
        compose_message(material),
        compose_parts(material),
        *((compose_rings(material), compose_house(material), compose_pipe(material)) if comfort else ()),
        compose_route(material),
        compose_origin(material),
        compose_days(material) if comfort else None,
        compose_steps(material),
        ask,
        help_,
        looked,
        unknown,
    )
