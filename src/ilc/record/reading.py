"""Reads a case folder: the file, then its shape, then its meaning; each step tells everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path

from ilc.knowledge import Knowledge, load_knowledge
from ilc.record.answers import parse_questionnaires
from ilc.record.case import Case, CaseReading
from ilc.record.case_file import CASE_FILE, CaseDocument, read_case_file
from ilc.record.complaints import check_lifetime, parse_complaints
from ilc.record.derived import derive_findings
from ilc.record.desk import Desk
from ilc.record.findings import parse_findings
from ilc.record.imaging_paths import check_imaging_paths
from ilc.record.issue_log import IssueLog
from ilc.record.judged_on import judged_on
from ilc.record.patient import parse_patient
from ilc.record.schema import RESERVED_KEYS, CaseFile
from ilc.record.shape import parse_shape

_UNNAMED = "case"


def read_case(folder: Path | str, knowledge: Knowledge | None = None) -> CaseReading:
    """Read one case folder. Problems of the folder are issues of the result, never exceptions.

    Without `knowledge`, the shipped knowledge base says which findings, complaints and questionnaires there are.

    The case is None, and an issue says why, when something cannot be understood or the person is out of scope.
    """
    log = IssueLog()
    document, inputs = read_case_file(Path(folder), log)
    case = None if document is None else _read(document, Path(folder), knowledge or load_knowledge(), log)
    return CaseReading(None if log.refused else case, log.issues, inputs)


def _read(document: CaseDocument, folder: Path, knowledge: Knowledge, log: IssueLog) -> Case | None:
    file = parse_shape(document, knowledge, log)
    if file is None:
        return None
    desk = Desk(document, knowledge, log, judged_on(file, document, log))
    root = folder.resolve()
    patient = parse_patient(file.patient, desk)
    complaints = parse_complaints(file.complaints, desk)
    typed = parse_findings(file.findings, desk)
    questionnaires = parse_questionnaires(file.questionnaires, desk)
    imaging = check_imaging_paths(file.imaging, root, desk)
    _tell_reserved(file, desk)
    _check_case_id(file, desk)
    if patient is None:
        return None
    check_lifetime(complaints, patient, desk)
    return Case(
        case_id=file.case_id or _UNNAMED,
        visit=file.visit,
        on=desk.on,
        patient=patient,
        complaints=complaints,
        findings=(*typed, *derive_findings(patient, complaints, typed, desk)),
        questionnaires=questionnaires,
        imaging=imaging,
        folder=root,
    )


def _check_case_id(file: CaseFile, desk: Desk) -> None:
    if not file.case_id:
        message = f"`case_id` is not given; the result is called `{_UNNAMED}`."
        remedy = "Add `case_id`, for example `case_id: case-017`; no name of a person."
        desk.log.inform("CASE_ID_MISSING", where=CASE_FILE, message=message, remedy=remedy)


def _tell_reserved(file: CaseFile, desk: Desk) -> None:
    for key in RESERVED_KEYS:
        content = getattr(file, key)
        if content is None or (isinstance(content, Sized) and len(content) == 0):
            continue
        entries = f"{len(content)} entries" if isinstance(content, list | dict) else "an entry"
        message = f"`{key}` ({entries}) is not read by this version and did not take part in the result."
        remedy = "Type what it showed into `findings`."
        desk.log.warn("CASE_KEY_NOT_READ", where=desk.where(key), message=message, remedy=remedy)
