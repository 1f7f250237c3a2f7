"""Train one fold (or all patients) from the last checkpoint on, and keep a running average of the weights."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from ilc.imaging.mri.classes import SpineClass
from training.mri_network.augment import Batch, draw_batch
from training.mri_network.network import N_CLASSES, SpineNetwork
from training.mri_network.volumes import EITHER, UNTOLD, Volume

_BATCH = 8
_WARM_UP_STEPS = 200
_AVERAGE_DECAY = 0.998
_SAVE_EVERY_S = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast. The rate falls with the share of the steps that are done."""

    steps: int
    rate: float = 3e-3
    decay: float = 0.02
    start: Path | None = None  # checkpoint to take averaged weights from where none of its own is kept


def loss_of(logits: Tensor, told: Tensor) -> Tensor:
    """Cross-entropy and soft Dice; where it is not told, background and sacrum count as one."""
    either, untold = told == EITHER, told == UNTOLD
    log_p = F.log_softmax(logits, dim=1)
    target = torch.where(either | untold, torch.zeros_like(told), told)
    picked = log_p.gather(1, target[:, None])[:, 0]
    both = torch.logsumexp(log_p[:, [SpineClass.BACKGROUND, SpineClass.SACRUM]], dim=1)
    picked = torch.where(either, both, picked)
    entropy = -(picked * ~untold).sum() / (~untold).sum()
    p = log_p.exp()
    known = (~(either | untold))[:, None]
    wanted = F.one_hot(target, N_CLASSES).permute(0, 3, 1, 2) * known
    p = p * known
    shared = (p * wanted).sum(dim=(0, 2, 3))[1:]
    total = (p + wanted).sum(dim=(0, 2, 3))[1:]
    dice = 1.0 - ((2.0 * shared + 50.0) / (total + 50.0)).mean()
    return entropy + dice


@dataclass(eq=False)
class _State:
    """What a checkpoint holds."""

    network: SpineNetwork
    average: SpineNetwork
    optimiser: torch.optim.Optimizer
    step: int = 0
    used_s: float = 0.0


def train(volumes: list[Volume], simulated: list[Volume], folder: Path, plan: Plan, *, seed: int) -> SpineNetwork:
    """Train for the planned steps, across interruptions; returns the averaged network."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "checkpoint.pt"
    torch.manual_seed(seed)
    state = _start(plan)
    if kept.exists():
        _resume(state, kept)
    elif plan.start is not None:
        weights = torch.load(plan.start, weights_only=True)["average"]
        state.network.load_state_dict(weights)
        state.average.load_state_dict(weights)
    rng = np.random.default_rng([seed, state.step])
    state.network.train()
    saved, running = time.perf_counter(), 0.0
    while state.step < plan.steps:
        loss = _take_step(state, draw_batch(volumes, simulated, _BATCH, rng), plan)
        running = 0.98 * running + 0.02 * loss
        now = time.perf_counter()
        if now - saved > _SAVE_EVERY_S or state.step == plan.steps:
            state.used_s += now - saved
            saved = now
            _save(state, kept)
            told = {"step": state.step, "minutes": round(state.used_s / 60, 1), "loss": round(running, 4)}
            print(json.dumps(told), flush=True)
    return state.average.eval()


def _start(plan: Plan) -> _State:
    network = SpineNetwork().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.decay)
    return _State(network, copy.deepcopy(network), optimiser)


def _resume(state: _State, kept: Path) -> None:
    stored = torch.load(kept, weights_only=True)
    state.network.load_state_dict(stored["network"])
    state.average.load_state_dict(stored["average"])
    state.optimiser.load_state_dict(stored["optimiser"])
    state.step, state.used_s = int(stored["step"]), float(stored["used_s"])


def _take_step(state: _State, batch: Batch, plan: Plan) -> float:
    warmth = min((state.step + 1) / _WARM_UP_STEPS, 1.0)
    for group in state.optimiser.param_groups:
        group["lr"] = plan.rate * warmth * (0.5 + 0.5 * math.cos(math.pi * state.step / plan.steps)) + 1e-6
    with torch.autocast("cpu", torch.bfloat16):
        logits = state.network(batch.images.contiguous(memory_format=torch.channels_last))
    loss = loss_of(logits.float(), batch.classes)
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.network.parameters(), 5.0)
    state.optimiser.step()
    state.step += 1
    _blend(state.average, state.network, min(_AVERAGE_DECAY, (state.step + 1) / (state.step + 20)))
    return float(loss.detach())


@torch.no_grad()
def _blend(average: SpineNetwork, network: SpineNetwork, decay: float) -> None:
    for kept, new in zip(average.parameters(), network.parameters(), strict=True):
        kept.lerp_(new, 1.0 - decay)
    for kept, new in zip(average.buffers(), network.buffers(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1.0 - decay)
        else:
            kept.copy_(new)


def _save(state: _State, path: Path) -> None:
    fresh = path.with_suffix(".tmp")
    torch.save(
        {
            "network": state.network.state_dict(),
            "average": state.average.state_dict(),
            "optimiser": state.optimiser.state_dict(),
            "step": state.step,
            "used_s": state.used_s,
        },
        fresh,
    )
    fresh.replace(path)
