"""Trains the detector from scratch on pictures with COCO's annotations.json, such as

    ganzhi-sim street --pictures 4000 --seed 1 --size 640x360 --out /tmp/street
    python3 models/training/train.py /tmp/street --out /tmp/run

A run that was stopped goes on from its last checkpoint when the same command is given again, on the same pictures or on others.
"""

import argparse
import copy
import math
import random
import signal
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from assign import Truths
from average import Average
from crops import Look, batch_of, draw
from dataset import Picture, read_dataset
from loss import losses_of
from model import Detector, cells_of
from orthogonal import Orthogonal
from spoil import spoil

SIZE = (512, 288)
BATCH = 8
# Until so many passes are done it is more and more the network that decides which cells answer for a thing.
BY_PLACE_UNTIL = 3_000
# Times Adam's rate.
ORTHOGONAL_RATE = 6
WEIGHT_DECAY = 0.05
CHECKPOINT_EVERY = 10 * 60
TELL_EVERY = 30


@dataclass(frozen=True)
class Part:
    """Of a run, up to this share of its passes."""

    until: float
    look: Look


# Most is learnt from parts of pictures, of which far more go through in the same time.
PARTS = (
    Part(0.7, Look(size=(320, 192), zoom=(0.5, 1.9), whole=SIZE, mosaic=0.25)),
    Part(1.0, Look(size=SIZE, zoom=(0.7, 1.4), whole=SIZE, mosaic=0.1)),
)


@dataclass(frozen=True)
class Plan:
    passes: int
    seed: int
    rate: float
    precision: torch.dtype
    device: torch.device

    def part_at(self, done: int) -> Part:
        return next(part for part in PARTS if done < part.until * self.passes or part is PARTS[-1])

    def rate_at(self, done: int) -> float:
        """Rises at first, then falls along a cosine."""
        warm = min(1.0, (done + BATCH) / (0.02 * self.passes))
        return self.rate * warm * (0.02 + 0.98 * (1 + math.cos(math.pi * done / self.passes)) / 2)


def batch_at(done: int, plan: Plan, pictures: list[Picture]) -> tuple[Tensor, Truths]:
    """Only the seed and the passes before decide what comes next."""
    chance = random.Random(f"{plan.seed} {done}")
    look = plan.part_at(done).look
    pixels, truths = batch_of([draw(pictures, look, chance) for _ in range(BATCH)], plan.device)
    return spoil(pixels / 255, chance).to(memory_format=torch.channels_last), truths


class Run:
    """Network, average and optimisers, and how many passes they have behind them."""

    def __init__(self, labels: list[str], plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.labels = labels
        self.plan = plan
        self.network = Detector(len(labels)).to(plan.device).train()
        self.average = Average(self.network)
        # The convolutions between the first, which sees colours, and the last ones, which tell.
        layers = [each for each in self.network.modules() if isinstance(each, nn.Conv2d)]
        hidden = [each.weight for each in layers if each.in_channels > 3 and each.bias is None]
        # Weights that multiply are drawn towards zero; offsets and normalisations are not.
        others = [each for each in self.network.parameters() if all(each is not weight for weight in hidden)]
        self.orthogonal = Orthogonal(hidden, plan.rate, WEIGHT_DECAY)
        self.adam = torch.optim.AdamW(
            [
                {"params": [each for each in others if each.ndim > 1], "weight_decay": WEIGHT_DECAY},
                {"params": [each for each in others if each.ndim == 1], "weight_decay": 0.0},
            ],
            plan.rate,
        )
        self.done = 0

    def step(self, pixels: Tensor, truths: Truths) -> Tensor:
        """Learns from one batch."""
        rate = self.plan.rate_at(self.done)
        for optimiser, times in ((self.orthogonal, ORTHOGONAL_RATE), (self.adam, 1)):
            for group in optimiser.param_groups:
                group["lr"] = rate * times
        bf16 = self.plan.precision == torch.bfloat16
        with torch.autocast(self.plan.device.type, torch.bfloat16, enabled=bf16):
            output = self.network(pixels)
        cells = cells_of(*pixels.shape[2:]).to(self.plan.device)
        losses = torch.stack(losses_of(output, cells, truths, max(0.0, 1 - self.done / BY_PLACE_UNTIL)))
        self.network.zero_grad(set_to_none=True)
        losses.sum().backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self.orthogonal.step()
        self.adam.step()
        self.done += BATCH
        self.average.take(self.network, self.done // BATCH)
        return losses.detach()

    def save(self, file: Path) -> None:
        state = {
            "labels": self.labels,
            "done": self.done,
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "orthogonal": self.orthogonal.state_dict(),
            "adam": self.adam.state_dict(),
        }
        unfinished = file.with_suffix(".part")
        torch.save(state, unfinished)
        unfinished.replace(file)

    def load(self, file: Path) -> None:
        state = torch.load(file, map_location=self.plan.device)
        if state["labels"] != self.labels:
            raise SystemExit(f"{file} was trained on {state['labels']}, the pictures show {self.labels}")
        self.done = state["done"]
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.orthogonal.load_state_dict(state["orthogonal"])
        self.adam.load_state_dict(state["adam"])


class Batches:
    """While the network learns from one batch, another thread makes the next."""

    def __init__(self, run: Run, pictures: list[Picture]) -> None:
        self._run = run
        self._pictures = pictures
        self._beside = ThreadPoolExecutor(1)
        self._coming = self._begin(run.done)

    def __next__(self) -> tuple[Tensor, Truths]:
        batch = self._coming.result()
        self._coming = self._begin(self._run.done + BATCH)
        return batch

    def _begin(self, done: int) -> Future[tuple[Tensor, Truths]]:
        return self._beside.submit(batch_at, done, self._run.plan, self._pictures)


def train(run: Run, pictures: list[Picture], out: Path, seconds: float) -> None:
    checkpoint = out / "checkpoint.pt"
    began = told = saved = time.monotonic()
    losses, steps, first = torch.zeros(2), 0, run.done
    asked_to_stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: asked_to_stop.set())
    batches = Batches(run, pictures)
    while run.done < run.plan.passes and time.monotonic() - began < seconds and not asked_to_stop.is_set():
        losses += run.step(*next(batches)).cpu()
        steps += 1
        now = time.monotonic()
        if now - told >= TELL_EVERY:
            what, where = (losses / steps).tolist()
            left = remaining(run, (now - began) / (run.done - first))
            rate = steps * BATCH / (now - told)
            print(
                f"{run.done:7} of {run.plan.passes} passes, {rate:.0f}/s, what {what:.3f} where {where:.3f}, "
                f"{clock(now - began)} gone, {clock(left)} to go",
                flush=True,
            )
            losses, steps, told = torch.zeros(2), 0, now
        if now - saved >= CHECKPOINT_EVERY:
            run.save(checkpoint)
            saved = now
    run.save(checkpoint)
    end = "finished" if run.done >= run.plan.passes else "stopped; the same command goes on"
    print(f"{run.done} of {run.plan.passes} passes, {clock(time.monotonic() - began)}: {end}. {checkpoint}")


def announce(run: Run, pictures: list[Picture]) -> None:
    """What is going to be done, and how long it will take by the time that a few steps take."""
    plan = run.plan
    things = sum(len(picture.labels) for picture in pictures)
    print(f"{len(pictures)} pictures with {things} things: {', '.join(run.labels)}")
    print(f"{plan.device}, {plan.precision}, {torch.get_num_threads()} threads, seed {plan.seed}, {BATCH} pictures a step")
    total, begin = 0.0, 0
    for part in PARTS:
        end = round(part.until * plan.passes)
        trial = copy.deepcopy(run)
        trial.done = begin
        batches = Batches(trial, pictures)
        trial.step(*next(batches))
        start = time.monotonic()
        for _ in range(3):
            trial.step(*next(batches))
        rate = 3 * BATCH / (time.monotonic() - start)
        wide, high = part.look.size
        left = max(0, end - max(begin, run.done))
        print(f"{left:7} passes at {wide}×{high}: {rate:.0f}/s, {clock(left / rate)}")
        total, begin = total + left / rate, end
    print(f"{plan.passes - run.done} passes in about {clock(total)}", flush=True)


def remaining(run: Run, seconds_a_pass: float) -> float:
    """Later parts cost as much more as they have more pixels."""

    def pixels_until(done: int) -> float:
        total, begin = 0.0, 0.0
        for part in PARTS:
            end = min(part.until * run.plan.passes, done)
            total, begin = total + max(0.0, end - begin) * math.prod(part.look.size), max(begin, end)
        return total

    now = math.prod(run.plan.part_at(run.done - BATCH).look.size)
    return (pixels_until(run.plan.passes) - pixels_until(run.done)) / now * seconds_a_pass


def clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path, nargs="+", help="folders with pictures and annotations.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint.pt")
    parser.add_argument("--passes", type=int, default=150_000, help="pictures shown in all (150000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate (0.0015)")
    parser.add_argument("--threads", type=int, help="of the CPU (all)")
    parser.add_argument("--fp32", action="store_true", help="for processors without bf16")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so many, with a checkpoint")
    args = parser.parse_args()

    if args.threads:
        torch.set_num_threads(args.threads)
    plan = Plan(
        passes=args.passes,
        seed=args.seed,
        rate=args.rate,
        precision=torch.float32 if args.fp32 else torch.bfloat16,
        device=torch.device("cuda" if torch.cuda.is_available() else "cpu"),
    )
    dataset = read_dataset(args.pictures, plan.device)
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run(dataset.labels, plan)
    if (args.out / "checkpoint.pt").exists():
        run.load(args.out / "checkpoint.pt")
    announce(run, dataset.pictures)
    train(run, dataset.pictures, args.out, args.minutes * 60)


if __name__ == "__main__":
    main()
