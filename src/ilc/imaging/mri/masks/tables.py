"""Which number means what in the label volumes of other programs: data only.

A row is (first number, part, names): the names take the numbers that follow on one another. Vertebrae are named by
themselves; discs by the vertebra above them, or "S" for the one on the sacrum; "#1", "#2" ... count from the lowest
lumbar vertebra upward where a convention gives no names. Parts without names have "".

Sources: the lists of classes in the documents and code of TotalSpineSeg (README, tss_map), TPTBox (vert_constants) and
SPINEPS (README, phase_post: discs and endplates carry the number of the vertebra above the disc), TotalSegmentator
(map_to_binary), and the SPIDER challenge (baseline algorithm: vertebrae, canal and discs from the bottom).
"""

from __future__ import annotations

Row = tuple[int, str, str]

_CERVICAL = "C1 C2 C3 C4 C5 C6 C7"
_THORACIC = "T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12"
_UPWARD = "L5 L4 L3 L2 L1 T12 T11 T10 T9 T8 T7 T6 T5 T4 T3 T2 T1 C7 C6 C5 C4 C3 C2"
_COUNTED = " ".join(f"#{number}" for number in range(1, 26))

ROWS: dict[str, tuple[Row, ...]] = {
    "totalspineseg": (
        (1, "cord", ""),
        (2, "canal", ""),
        (11, "vertebra", _CERVICAL),
        (21, "vertebra", _THORACIC),
        (41, "vertebra", "L1 L2 L3 L4 L5 L6 L7"),
        (50, "sacrum", ""),
        (63, "disc", "C2 C3 C4 C5 C6"),
        (71, "disc", "C7 T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11"),
        (91, "disc", "T12 L1 L2 L3 L4"),
        (100, "disc", "S"),
    ),
    # The first releases followed the numbers of TotalSegmentator 1.
    "totalspineseg_first": (
        (18, "vertebra", _UPWARD + " C1"),
        (92, "sacrum", ""),
        (200, "cord", ""),
        (201, "canal", ""),
        (202, "disc", "S L4 L3 L2 L1 T12 T11 T10 T9 T8 T7 T6 T5 T4 T3 T2 T1 C7 C6 C5 C4 C3 C2"),
    ),
    "spineps_vertebrae": (
        (1, "vertebra", f"{_CERVICAL} {_THORACIC} L1 L2 L3 L4 L5 L6"),
        (26, "sacrum", ""),
        (27, "coccyx", ""),
        (28, "vertebra", "T13"),
        (29, "sacrum", "S2 S3 S4 S5 S6"),
        (101, "disc", f"{_CERVICAL} {_THORACIC} L1 L2 L3 L4 L5 L6"),
        (128, "disc", "T13"),
        (201, "endplate", f"{_CERVICAL} {_THORACIC} L1 L2 L3 L4 L5 L6"),
        (228, "endplate", "T13"),
    ),
    "spineps_subregions": (
        (26, "sacrum", ""),
        (40, "vertebra_part", "whole arch spinous costal_left costal_right superior_left superior_right"),
        (47, "vertebra_part", "inferior_left inferior_right body_border body dens"),
        (52, "endplate", "upper lower"),
        (60, "cord", ""),
        (61, "canal", ""),
        (62, "endplate", "any"),
        (100, "all_discs", ""),
    ),
    "spider": (
        (1, "vertebra", _COUNTED),
        (100, "canal", ""),
        (101, "vertebra_cut_off", _COUNTED),
        (201, "disc", _COUNTED),
    ),
    "totalsegmentator_mr": (
        (18, "sacrum", ""),
        (19, "all_vertebrae", ""),
        (20, "all_discs", ""),
        (21, "cord", ""),
    ),
    "totalsegmentator_vertebrae_mr": (
        (1, "sacrum", ""),
        (2, "vertebra", _UPWARD + " C1"),
    ),
    "totalsegmentator_ct": (
        (25, "sacrum", ""),
        (26, "sacrum", ""),  # S1 has a number of its own
        (27, "vertebra", _UPWARD + " C1"),
        (79, "cord", ""),
    ),
    # Vertebra, disc and canal as three classes, each without numbers.
    "three_classes": (
        (1, "all_vertebrae", ""),
        (2, "all_discs", ""),
        (3, "canal", ""),
    ),
    "ilc": (
        (1, "vertebra", _COUNTED),
        (50, "sacrum", ""),
        (100, "canal", ""),
        (201, "disc", _COUNTED),
    ),
}

# Organs and bones of the whole body that stand beside the spine in these two; they are left out without a word each.
BESIDE_THE_SPINE: dict[str, tuple[int, int]] = {"totalsegmentator_mr": (1, 50), "totalsegmentator_ct": (1, 117)}
