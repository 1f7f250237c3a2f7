"""Which instance acts on which: levels, sides and the roots that leave or cross them."""

import pytest

from ilc.core import InstanceId
from ilc.knowledge.sites import joined


@pytest.mark.parametrize(
    ("cause", "effect", "site_map", "expected"),
    [
        ("disc@L4_L5.left", "root@L5.left", "traversing_root", True),
        ("disc@L4_L5.left", "root@L5.right", "traversing_root", False),
        ("disc@L4_L5.left", "root@L4.left", "traversing_root", False),
        ("disc@L5_S1.left", "root@S1.left", "traversing_root", True),
        ("disc@L3_L4.left", "root@L4.left", "traversing_root", True),
        ("disc@L1_L2.left", "root@L4.left", "traversing_root", False),
        ("canal@L4_L5", "root@L5.right", "traversing_root", True),
        ("foramen@L4_L5.left", "root@L4.left", "exiting_root", True),
        ("foramen@L4_L5.left", "root@L5.left", "exiting_root", False),
        ("foramen@L5_S1.right", "root@L5.right", "exiting_root", True),
        ("person", "root@L5.right", "exiting_root", False),
        ("disc@L4_L5", "slip@L4_L5", "same", True),
        ("disc@L4_L5", "slip@L5_S1", "same", False),
        ("disc@L4_L5", "facet@L4_L5.left", "same", True),
        ("disc@L4_L5", "pain", "same", True),
        ("root@L5.left", "leg_pain@left", "same", True),
        ("root@L5.left", "leg_pain@right", "same", False),
        ("fracture@L4", "disc@L5_S1", "all", True),
    ],
)
def test_joined(cause: str, effect: str, site_map: str, *, expected: bool) -> None:
    assert joined(InstanceId.parse(cause), InstanceId.parse(effect), site_map) is expected
