"""What part of which picture is shown, how large, and which things are in it."""

import math
import random
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from assign import Truths
from boxes import areas_of
from dataset import Picture

GREY = 114
# Of a thing's box: below the first it is gone, below the second too little is left to learn from.
GONE, CUT = 0.1, 0.45
SMALLEST = 4


@dataclass(frozen=True)
class Look:
    """How pictures are cropped."""

    size: tuple[int, int]
    """Of what comes out: width, height."""
    zoom: tuple[float, float]
    """Beside the size at which the whole picture would just fit `whole`."""
    whole: tuple[int, int]
    mosaic: float
    """How often four pictures share one."""


@dataclass(frozen=True)
class Sample:
    pixels: Tensor
    """[3, height, width] of 0..255."""
    boxes: Tensor
    labels: Tensor
    ignored: Tensor


def draw(pictures: list[Picture], look: Look, chance: random.Random) -> Sample:
    width, height = look.size
    if chance.random() >= look.mosaic:
        return _crop(chance.choice(pictures), look.size, look, chance)
    x = round(width * chance.uniform(0.3, 0.7))
    y = round(height * chance.uniform(0.3, 0.7))
    rows = []
    for top, bottom in ((0, y), (y, height)):
        parts = []
        for left, right in ((0, x), (x, width)):
            part = _crop(chance.choice(pictures), (right - left, bottom - top), look, chance)
            parts.append(_moved(part, left, top))
        rows.append(_joined(parts, 2))
    return _joined(rows, 1)


def batch_of(samples: list[Sample], device: torch.device) -> tuple[Tensor, Truths]:
    most = max(1, *(len(sample.labels) for sample in samples))
    boxes = torch.zeros(len(samples), most, 4)
    labels = torch.zeros(len(samples), most, dtype=torch.long)
    real = torch.zeros(len(samples), most, dtype=torch.bool)
    ignored = torch.zeros(len(samples), most, dtype=torch.bool)
    for i, sample in enumerate(samples):
        many = len(sample.labels)
        boxes[i, :many] = sample.boxes
        labels[i, :many] = sample.labels
        real[i, :many] = True
        ignored[i, :many] = sample.ignored
    truths = Truths(*(each.to(device, non_blocking=True) for each in (boxes, labels, real, ignored)))
    return torch.stack([sample.pixels for sample in samples]), truths


def _crop(picture: Picture, size: tuple[int, int], look: Look, chance: random.Random) -> Sample:
    width, height = size
    _, rows, columns = picture.pixels.shape
    fit = min(look.whole[0] / columns, look.whole[1] / rows)
    zoom = fit * math.exp(chance.uniform(math.log(look.zoom[0]), math.log(look.zoom[1])))
    slim = math.exp(chance.uniform(-0.12, 0.12))
    across, down = zoom * slim, zoom / slim
    # The window in pixels of the picture; it may reach beyond its edges.
    wide, high = width / across, height / down
    left, top = _place(picture, (wide, high), chance)

    pixels = torch.full((3, height, width), float(GREY), device=picture.pixels.device)
    x1, x2 = max(0, round(left)), min(columns, round(left + wide))
    y1, y2 = max(0, round(top)), min(rows, round(top + high))
    to_x1, to_x2 = max(0, round((x1 - left) * across)), min(width, round((x2 - left) * across))
    to_y1, to_y2 = max(0, round((y1 - top) * down)), min(height, round((y2 - top) * down))
    part = picture.pixels[:, y1:y2, x1:x2].float()[None]
    resized = interpolate(part, (to_y2 - to_y1, to_x2 - to_x1), mode="bilinear", align_corners=False, antialias=zoom < 1)
    pixels[:, to_y1:to_y2, to_x1:to_x2] = resized[0]

    boxes = (picture.boxes - torch.tensor((left, top, left, top))) * torch.tensor((across, down, across, down))
    sample = _clipped(Sample(pixels, boxes, picture.labels, picture.ignored))
    return _flipped(sample) if chance.random() < 0.5 else sample


def _place(picture: Picture, window: tuple[float, float], chance: random.Random) -> tuple[float, float]:
    """Mostly there is something to see in it, and that not always a person: each label in the picture is as likely."""
    _, rows, columns = picture.pixels.shape
    labels = picture.labels[~picture.ignored]
    if len(labels) > 0 and chance.random() < 0.75:
        label = chance.choice(labels.unique().tolist())
        x1, y1, x2, y2 = chance.choice(picture.boxes[~picture.ignored][labels == label].tolist())
        x = (x1 + x2) / 2 - window[0] * chance.uniform(0.1, 0.9)
        y = (y1 + y2) / 2 - window[1] * chance.uniform(0.1, 0.9)
    else:
        x = chance.uniform(0, columns - window[0])
        y = chance.uniform(0, rows - window[1])
    return _within(x, window[0], columns), _within(y, window[1], rows)


def _within(start: float, length: float, whole: int) -> float:
    """A window beyond an edge is moved back; one larger than the picture stays where it still holds all of it."""
    low, high = sorted((0.0, whole - length))
    return min(max(start, low), high)


def _clipped(sample: Sample) -> Sample:
    _, height, width = sample.pixels.shape
    limits = torch.tensor((width, height, width, height), dtype=torch.float32)
    boxes = torch.minimum(sample.boxes.clamp(min=0), limits)
    left = areas_of(boxes) / areas_of(sample.boxes).clamp(min=1e-6)
    small = (boxes[:, 2:] - boxes[:, :2]).amin(1) < SMALLEST
    keep = left > GONE
    ignored = sample.ignored | small | (left < CUT)
    return Sample(sample.pixels, boxes[keep], sample.labels[keep], ignored[keep])


def _flipped(sample: Sample) -> Sample:
    width = sample.pixels.shape[2]
    x1, y1, x2, y2 = sample.boxes.unbind(1)
    boxes = torch.stack((width - x2, y1, width - x1, y2), 1)
    return Sample(sample.pixels.flip(2), boxes, sample.labels, sample.ignored)


def _moved(sample: Sample, x: int, y: int) -> Sample:
    return Sample(sample.pixels, sample.boxes + torch.tensor((x, y, x, y)), sample.labels, sample.ignored)


def _joined(samples: list[Sample], dimension: int) -> Sample:
    return Sample(
        torch.cat([sample.pixels for sample in samples], dimension),
        torch.cat([sample.boxes for sample in samples]),
        torch.cat([sample.labels for sample in samples]),
        torch.cat([sample.ignored for sample in samples]),
    )
