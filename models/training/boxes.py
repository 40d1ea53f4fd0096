"""Boxes as corners x1, y1, x2, y2 in pixels; the last dimension holds them."""

import math

import torch
from torch import Tensor


def corners_of(boxes: Tensor) -> Tensor:
    """From centre and size."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat((centre - half, centre + half), -1)


def areas_of(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def overlaps_of(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union."""
    start, end = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    shared = areas_of(torch.cat((start, end), -1))
    return shared / (areas_of(a) + areas_of(b) - shared + 1e-7)


def complete_overlaps_of(a: Tensor, b: Tensor) -> Tensor:
    """Overlap, less what centres and shapes differ by: boxes far apart learn where to go too (CIoU, arXiv 1911.08287)."""
    overlap = overlaps_of(a, b)
    around = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    apart = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) ** 2).sum(-1) / 4
    angle = _diagonal(a) - _diagonal(b)
    shape = 4 / math.pi**2 * angle**2
    with torch.no_grad():
        weight = shape / (1 - overlap + shape + 1e-7)
    return overlap - apart / ((around**2).sum(-1) + 1e-7) - weight * shape


def _diagonal(boxes: Tensor) -> Tensor:
    size = boxes[..., 2:] - boxes[..., :2]
    return torch.atan(size[..., 0] / (size[..., 1] + 1e-7))
