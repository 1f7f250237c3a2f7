"""Which weighting a series has: by its times, by its words, by neither; always with the reason."""

import pytest

from ilc.imaging.dicom import SequenceKind, SequenceTags, Timing, detect_sequence


def tags(
    echo: float | None = None,
    repetition: float | None = None,
    inversion: float | None = None,
    description: str = "",
    **more: object,
) -> SequenceTags:
    texts = {"SeriesDescription": description} if description else {}
    return SequenceTags(timing=Timing(echo, repetition, inversion), texts=texts, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("echo", "repetition", "inversion", "kind"),
    [
        (9.6, 660, None, SequenceKind.T1),
        (114, 3500, None, SequenceKind.T2),
        (100, 1500, None, SequenceKind.T2),  # T2 SPACE
        (12, 2400, None, SequenceKind.PD),
        (60, 4000, 160, SequenceKind.STIR),
        (45, 4500, 220, SequenceKind.STIR),  # 3 T
        (10, 2200, 860, SequenceKind.T1),  # T1 FLAIR
        (120, 9000, 2500, SequenceKind.OTHER),  # fluid suppressed
        (700, 8000, None, SequenceKind.OTHER),  # myelography
        (50, 3000, None, SequenceKind.UNKNOWN),  # between PD and T2
        (20, 1350, None, SequenceKind.UNKNOWN),
        (None, None, None, SequenceKind.UNKNOWN),
        (100, None, None, SequenceKind.UNKNOWN),
    ],
)
def test_by_times_alone(
    echo: float | None, repetition: float | None, inversion: float | None, kind: SequenceKind
) -> None:
    assert detect_sequence(tags(echo, repetition, inversion)).kind is kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("sag T1 TSE", SequenceKind.T1),
        ("t1_tse_sag", SequenceKind.T1),
        ("SagT2W", SequenceKind.T2),
        ("腰椎 T2強調 矢状断", SequenceKind.T2),
        ("T2 TIRM sag", SequenceKind.STIR),
        ("Sag STIR", SequenceKind.STIR),
        ("PD_FS_AX", SequenceKind.PD),
        ("ミエロ 3D", SequenceKind.OTHER),
        ("拡散強調", SequenceKind.OTHER),
        ("DWI b800", SequenceKind.OTHER),
        ("T2* ax", SequenceKind.OTHER),
        ("T12-L5 screening", SequenceKind.UNKNOWN),  # a vertebra, not a weighting
        ("C7-T1 level", SequenceKind.UNKNOWN),
        ("T1-L5 overview", SequenceKind.UNKNOWN),
        ("T1 and T2", SequenceKind.UNKNOWN),
        ("lumbar", SequenceKind.UNKNOWN),
        ("sagSTIR", SequenceKind.STIR),
    ],
)
def test_by_words_alone(words: str, kind: SequenceKind) -> None:
    assert detect_sequence(tags(description=words)).kind is kind


def test_words_name_stir_where_the_inversion_time_is_missing() -> None:
    found = detect_sequence(tags(60, 4000, description="sag TIRM"))
    assert found.kind is SequenceKind.STIR
    assert found.fat_suppressed is True
    assert found.conflict == ""


def test_times_are_believed_against_words_and_the_conflict_is_said() -> None:
    found = detect_sequence(tags(100, 3500, description="sag T1"))
    assert found.kind is SequenceKind.T2
    assert "t1" in found.conflict
    assert "t2" in found.conflict


def test_t2_with_spectral_fat_suppression_is_not_stir() -> None:
    found = detect_sequence(tags(70, 4000, 110, description="T2 SPAIR sag"))
    assert found.kind is SequenceKind.T2
    assert found.fat_suppressed is True


def test_t1_flair_without_inversion_time_is_t1_by_its_words() -> None:
    assert detect_sequence(tags(24, 2300, description="T1 FLAIR sag")).kind is SequenceKind.T1


@pytest.mark.parametrize(
    ("image_type", "kind", "suppressed"),
    [
        (("ORIGINAL", "PRIMARY", "DIXON", "W"), SequenceKind.T2, True),
        (("ORIGINAL", "PRIMARY", "DIXON", "IN_PHASE"), SequenceKind.T2, False),
        (("ORIGINAL", "PRIMARY", "DIXON", "F"), SequenceKind.OTHER, False),
    ],
)
def test_dixon_images_differ_by_what_they_show(
    image_type: tuple[str, ...], kind: SequenceKind, suppressed: object
) -> None:
    found = detect_sequence(tags(90, 3500, description="T2 Dixon", image_type=image_type))
    assert (found.kind, found.fat_suppressed) == (kind, suppressed)


def test_a_gradient_echo_is_not_taken_for_t1_by_its_short_times() -> None:
    assert detect_sequence(tags(4, 400, scanning_sequence=("GR",))).kind is SequenceKind.OTHER
    named = detect_sequence(tags(2.4, 6, description="T1 VIBE", scanning_sequence=("GR",)))
    assert named.kind is SequenceKind.T1


def test_diffusion_is_other_whatever_its_echo_time() -> None:
    assert detect_sequence(tags(80, 4000, has_diffusion_b_value=True)).kind is SequenceKind.OTHER


def test_contrast_agent_is_seen_in_tag_or_words() -> None:
    assert detect_sequence(tags(10, 600, has_contrast_agent=True)).contrast_agent
    assert detect_sequence(tags(10, 600, description="T1 造影後")).contrast_agent
    assert not detect_sequence(tags(10, 600, description="T1")).contrast_agent


def test_reasons_name_attributes_never_the_text_itself() -> None:
    found = detect_sequence(tags(100, 3500, description="T2 Yamada Hanako"))
    assert "EchoTime 100 ms" in found.reasons
    assert "SeriesDescription says t2" in found.reasons
    assert "Yamada" not in " ".join(found.reasons)


def test_nothing_known_is_unknown_and_says_what_is_missing() -> None:
    found = detect_sequence(SequenceTags())
    assert found.kind is SequenceKind.UNKNOWN
    assert found.reasons == ("EchoTime and RepetitionTime missing",)
    assert found.fat_suppressed is None
