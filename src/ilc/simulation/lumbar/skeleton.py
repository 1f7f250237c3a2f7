"""The midline section of a simulated spine as exact geometry: corners, endplates, canal and skin.

Points are (y, z) in mm, LPS: y grows to the back, z to the head. The outlines are symmetric about x = 0; a lateral
curve is applied afterwards (`curve.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from scipy.spatial import cKDTree

from ilc.simulation.lumbar.plan import BodyPlan, LumbarPlan

FloatArray = NDArray[np.float64]

ENDPLATE_DIP_MM = 1.6
SACRAL_DIP_MM = 0.6
WAIST_FRONT_MM = 2.8
WAIST_BACK_MM = 1.6
# Heights, upper and lower depths of the sacral bodies S1-S5.
_SACRUM = ((29.0, 33.0, 24.5), (25.0, 24.0, 19.0), (21.0, 18.0, 14.0), (18.0, 13.0, 10.0), (15.0, 9.0, 7.0))
_SACRAL_DISC_MM = 2.6
# Fat behind the spinous processes and the sacrum from the top down, against that behind L3.
_COVER_MM = (-3.0, -3.0, -2.0, -1.0, 0.0, 5.0, 13.0, 20.0, 19.0, 16.0)
_CENTRED_RANK = 3  # L3 of five
_USUAL_SAC_MM = (14.0, 14.8, 15.2, 15.8, 16.0, 15.5, 15.0, 15.0)  # behind each body, from the lowest upward
_SACRAL_BEND_DEG = (8.0, -4.0, -14.0, -22.0, -24.0)
_SAC_BY_SACRUM_MM = (11.0, 5.5)  # dural sac at mid S1 and mid S2, where it ends


@dataclass(frozen=True, slots=True)
class Outline:
    """The four corners of a body or disc and its front-to-back direction at each endplate."""

    back_low: FloatArray
    front_low: FloatArray
    front_high: FloatArray
    back_high: FloatArray

    @property
    def corners(self) -> FloatArray:
        """Shape (4, 2): back low, front low, front high, back high."""
        return np.array([self.back_low, self.front_low, self.front_high, self.back_high])

    @property
    def centre(self) -> FloatArray:
        """Mean of the corners."""
        return np.asarray(self.corners.mean(axis=0))

    @property
    def back_middle(self) -> FloatArray:
        """Middle of the back wall."""
        return np.asarray((self.back_low + self.back_high) / 2)

    @property
    def backward(self) -> FloatArray:
        """Unit vector to the back, midway between the endplates; a slip does not turn it."""
        return -unit(unit(self.front_low - self.back_low) + unit(self.front_high - self.back_high))

    @property
    def up(self) -> FloatArray:
        """Unit vector to the head, at right angles to `backward`."""
        backward = self.backward
        return np.array([-backward[1], backward[0]])


@dataclass(frozen=True, slots=True)
class Canal:
    """The dural sac in the midline: a centre line from the top down, with half its depth at each point."""

    points: FloatArray  # (n, 2)
    half_depth_mm: FloatArray  # (n,)
    length_mm: FloatArray  # along the line, (n,)
    disc_length_mm: dict[str, float]  # where along the line each disc lies

    @property
    def lowest_disc_mm(self) -> float:
        """Way along the line to the lowest disc."""
        return max(self.disc_length_mm.values())

    @property
    def backward(self) -> FloatArray:
        """Unit vectors to the back at each point, shape (n, 2)."""
        along = np.gradient(self.points, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        return np.column_stack([-along[:, 1], along[:, 0]])

    def locate(self, points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """For points (n, 2): way along the sac, distance behind its centre line, and half its depth there, in mm."""
        _, nearest = cKDTree(self.points).query(points, workers=1)
        behind = ((points - self.points[nearest]) * self.backward[nearest]).sum(axis=1)
        return self.length_mm[nearest], behind, self.half_depth_mm[nearest]

    def section(self, disc: str, reach_mm: float, step_mm: float) -> FloatArray:
        """Points (n, 2) from front to back across the sac at a disc, at right angles to its course."""
        at = int(np.argmin(np.abs(self.length_mm - self.disc_length_mm[disc])))
        offsets = np.arange(-reach_mm, reach_mm, step_mm)
        return np.asarray(self.points[at] + offsets[:, None] * self.backward[at])

    def measure_depth_mm(self, disc: str) -> float:
        """Front-to-back width of the sac at a disc, as it is painted: where it bends, neighbours widen it."""
        step = 0.02
        line = self.section(disc, 20.0, step)
        _, behind, half = self.locate(line)
        outside = np.nonzero(np.abs(behind) >= half)[0]
        middle = len(line) // 2
        return float(outside[outside > middle].min() - outside[outside < middle].max() - 1) * step


@dataclass(frozen=True, slots=True)
class Skeleton:
    """All outlines of the midline section."""

    bodies: dict[str, Outline]
    discs: dict[str, Outline]
    sacrum: tuple[Outline, ...]
    sacral_discs: tuple[Outline, ...]
    canal: Canal
    skin: FloatArray  # (n, 2), from the top down
    fascia: FloatArray  # (n, 2), behind the muscles, from the top down


def unit(vector: FloatArray) -> FloatArray:
    """The same direction with length one."""
    return np.asarray(vector / np.linalg.norm(vector))


def build_skeleton(plan: LumbarPlan) -> Skeleton:
    """Lay the spine out from the sacrum upward, and centre it on L3."""
    slope = np.deg2rad(plan.sacral_slope_deg)
    sacrum, sacral_discs = _lay_sacrum(np.zeros(2), float(slope), plan.s1_s2_disc_mm)
    bodies, discs = _lay_spine(plan, sacrum[0], float(slope))
    shift = -bodies[plan.body_names[-_CENTRED_RANK]].centre + np.array([0.0, -8.0])
    bodies = {name: _moved(outline, shift) for name, outline in bodies.items()}
    discs = {name: _moved(outline, shift) for name, outline in discs.items()}
    sacrum = tuple(_moved(outline, shift) for outline in sacrum)
    sacral_discs = tuple(_moved(outline, shift) for outline in sacral_discs)
    canal = _lay_canal(plan, bodies, discs, sacrum)
    tips = _tips(plan, bodies, sacrum)
    cover = np.array([-3.0] * (len(tips) - len(_COVER_MM)) + list(_COVER_MM)) + plan.fat_thickness_mm
    fascia, skin = _smooth_line(tips, np.full(len(tips), 2.0)), _smooth_line(tips, cover)
    return Skeleton(bodies, discs, sacrum, sacral_discs, canal, skin, fascia)


def _frontward(angle: float) -> FloatArray:
    """Along an endplate to the front, which lies lower by `angle`."""
    return np.array([-np.cos(angle), -np.sin(angle)])


def _upward(angle: float) -> FloatArray:
    return np.array([-np.sin(angle), np.cos(angle)])


def _lay_spine(plan: LumbarPlan, s1: Outline, slope: float) -> tuple[dict[str, Outline], dict[str, Outline]]:
    bodies: dict[str, Outline] = {}
    discs: dict[str, Outline] = {}
    below, angle = s1, slope
    for disc_name, body_name in zip(reversed(plan.discs), reversed(plan.bodies), strict=True):
        disc, body = plan.discs[disc_name], plan.bodies[body_name]
        half = body.depth_mm / 2
        # A collapsed disc cannot open to the front as far as a high one.
        opening = min(np.deg2rad(disc.wedge_deg), np.arcsin(min(0.55 * disc.height_mm / half, 0.9)))
        # Heights are meant between the dips of the endplates' corners, at the middle of the disc.
        back_height = disc.height_mm - half * np.sin(opening)
        back_low = below.back_high + _upward(angle) * back_height + _frontward(angle) * disc.slip_mm
        angle -= opening
        bodies[body_name], angle = _lay_body(body, back_low, float(angle))
        discs[disc_name] = Outline(below.back_high, below.front_high, bodies[body_name].front_low, back_low)
        below = bodies[body_name]
    return {name: bodies[name] for name in plan.bodies}, {name: discs[name] for name in plan.discs}


def _lay_body(body: BodyPlan, back_low: FloatArray, angle: float) -> tuple[Outline, float]:
    """A body upon its lower endplate, and the tilt of its upper one, such that both its heights are as planned."""
    front_low = back_low + _frontward(angle) * body.depth_mm

    def back_high_at(turn: float) -> FloatArray:
        return back_low + _upward(angle + turn / 2) * body.height_back_mm * body.back_ratio

    def excess(turn: float) -> float:
        front_high = back_high_at(turn) + _frontward(angle + turn) * body.depth_mm
        return float(np.linalg.norm(front_high - front_low)) - body.height_front_mm * body.wedge_ratio

    turn = float(brentq(excess, -0.3 if body.back_ratio == 1.0 else -0.75, 0.75))
    back_high = back_high_at(turn)
    front_high = back_high + _frontward(angle + turn) * body.depth_mm
    return Outline(back_low, front_low, front_high, back_high), angle + turn


def _lay_sacrum(
    back_high: FloatArray, slope: float, first_disc_mm: float
) -> tuple[tuple[Outline, ...], tuple[Outline, ...]]:
    bodies: list[Outline] = []
    discs: list[Outline] = []
    corner = back_high
    for number, ((height, upper, lower), bend) in enumerate(zip(_SACRUM, _SACRAL_BEND_DEG, strict=True)):
        angle = slope + np.deg2rad(bend)
        top = slope if number == 0 else angle
        front_high = corner + _frontward(top) * upper
        middle_low = (corner + front_high) / 2 - _upward(angle) * height
        back_low = middle_low - _frontward(angle) * lower / 2
        front_low = middle_low + _frontward(angle) * lower / 2
        bodies.append(Outline(back_low, front_low, front_high, corner))
        gap = _upward(angle) * (first_disc_mm if number == 0 else _SACRAL_DISC_MM)
        corner = back_low - gap
        discs.append(Outline(corner, front_low - gap, front_low, back_low))
    return tuple(bodies), tuple(discs[:-1])


def _moved(outline: Outline, shift: FloatArray) -> Outline:
    corners = outline.corners + shift
    return Outline(corners[0], corners[1], corners[2], corners[3])


def _lay_canal(
    plan: LumbarPlan, bodies: dict[str, Outline], discs: dict[str, Outline], sacrum: tuple[Outline, ...]
) -> Canal:
    nodes: list[FloatArray] = []
    depths: list[float] = []
    disc_nodes: dict[str, int] = {}
    top, lowest = bodies[plan.body_names[0]], plan.disc_names[-1]
    nodes.append(top.back_high + top.up * 25.0 + top.backward * 10.0)
    depths.append(15.0)
    for body_name, disc_name in zip(plan.bodies, plan.discs, strict=True):
        body, disc, below = bodies[body_name], plan.discs[disc_name], discs[disc_name]
        depth = _depth_behind_body(plan, body_name)
        nodes.append(body.back_middle + body.backward * (2.4 - WAIST_BACK_MM + depth / 2))
        depths.append(depth)
        disc_nodes[disc_name] = len(nodes) + 1
        # The lower vertebra's corner indents the sac of a slipped level.
        edge = below.back_low + 0.5 * (below.back_high - below.back_low) * np.array([0.4 if disc.slip_mm else 1.0, 1.0])
        gap = 4.5 if disc_name == lowest else 1.3
        behind = edge + below.backward * (disc.bulge_mm + gap + disc.canal_ap_mm / 2)
        # A narrowing reaches a little above and below the disc itself.
        for way, widening, follows in ((4.5, 0.6, 0.35), (0.0, 0.0, 0.1), (-4.5, 0.6, 0.0)):
            forward = widening / 2 + follows * disc.slip_mm
            nodes.append(behind + below.up * way - below.backward * forward)
            depths.append(disc.canal_ap_mm + widening)
    for outline, depth, gap in zip(sacrum[:2], _SAC_BY_SACRUM_MM, (4.5, 4.0), strict=True):
        nodes.append(outline.back_middle + outline.backward * (gap + depth / 2))
        depths.append(depth)
    for outline in sacrum[1:4]:  # below the sac only fat fills the sacral canal
        nodes.append(outline.back_low + outline.backward * 4.5)
        depths.append(0.6)
    return _interpolate_canal(np.array(nodes), np.array(depths), disc_nodes)


def _depth_behind_body(plan: LumbarPlan, body_name: str) -> float:
    """Behind a body the sac has the depth that its healthy discs would have."""
    usual = _USUAL_SAC_MM[plan.rank(body_name) - 1]
    position = plan.body_names.index(body_name)
    neighbours = [plan.discs[name].canal_ap_mm for name in plan.disc_names[max(position - 1, 0) : position + 1]]
    return max(min(usual, max(neighbours) + 0.8), 5.0)


def _interpolate_canal(nodes: FloatArray, depths: FloatArray, disc_nodes: dict[str, int]) -> Canal:
    chord = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    fine = np.unique(np.concatenate([np.arange(0.0, chord[-1], 0.5), chord]))
    points = np.column_stack([PchipInterpolator(chord, nodes[:, axis])(fine) for axis in (0, 1)])
    half = PchipInterpolator(chord, depths / 2)(fine)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at_disc = {name: float(np.interp(chord[node], fine, length)) for name, node in disc_nodes.items()}
    return Canal(points, half, length, at_disc)


def _tips(plan: LumbarPlan, bodies: dict[str, Outline], sacrum: tuple[Outline, ...]) -> FloatArray:
    """The hindmost points of the spinous processes and of the sacrum, from the top down."""
    points = [
        bodies[name].back_middle + bodies[name].backward * (19.0 + plan.bodies[name].spinous_length_mm) - [0.0, 8.0]
        for name in plan.bodies
    ]
    points += [outline.back_middle + outline.backward * 14.0 for outline in sacrum[1:4]]
    return np.array(points)


def _smooth_line(points: FloatArray, offset_mm: FloatArray) -> FloatArray:
    """A gentle curve a little behind the points: neither skin nor fascia shows each process."""
    heights = np.arange(points[:, 1].min() - 150.0, points[:, 1].max() + 100.0, 1.0)[::-1]
    curve = np.polynomial.Polynomial.fit(points[:, 1], points[:, 0] + offset_mm, 4)
    inside = np.clip(heights, points[:, 1].min(), points[:, 1].max())
    return np.column_stack([curve(inside), heights])
