"""`make train`: train the network, or that of one fold, resuming where it stopped, and write it as ONNX."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
import yaml

from training.mri_network.export import write_onnx
from training.mri_network.phantoms import read_or_render
from training.mri_network.train import Plan, train
from training.mri_network.volumes import HERE, read_spider

_ALL = "all"
_PHANTOMS = 32


def main() -> None:
    """Train what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the SPIDER T2 SPACE volumes")
    parser.add_argument("--checkpoints", type=Path, required=True, help="folder outside the work tree")
    parser.add_argument("--fold", choices=["0", "1", "2", _ALL], default=_ALL, help="the patients to leave out")
    parser.add_argument("--steps", type=int, default=6500, help="0.36 s each on two cores with bfloat16 units")
    parser.add_argument("--start", type=Path, help="a checkpoint whose averaged weights to begin from")
    parser.add_argument("--rate", type=float, default=3e-3, help="learning rate after warming up")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    folds = yaml.safe_load((HERE / "folds.yaml").read_text("utf-8"))
    left_out = set() if asked.fold == _ALL else set(folds[f"fold_{asked.fold}"])
    patients = sorted(int(path.name.split("_")[0]) for path in asked.data.glob("*_image.nii.gz"))
    volumes = [read_spider(asked.data, str(patient)) for patient in patients if patient not in left_out]
    print(f"{len(volumes)} volumes, {asked.steps} steps")
    simulated = [
        volume for number in range(_PHANTOMS) for volume in read_or_render(asked.checkpoints / "phantoms", number)
    ]
    plan = Plan(asked.steps, asked.rate, start=asked.start)
    network = train(volumes, simulated, asked.checkpoints / f"fold-{asked.fold}", plan, seed=asked.seed)
    write_onnx(network, asked.out)


if __name__ == "__main__":
    main()
