"""Which cells answer for which thing: those that already see it best (task-aligned assignment, arXiv 2108.07755)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from boxes import overlaps_of

MOST_CELLS = 10
SCORE_POWER = 0.5
OVERLAP_POWER = 4


@dataclass(frozen=True)
class Truths:
    """Things in a batch of pictures, filled up to the same number for each: [n, most, …]."""

    boxes: Tensor
    """Corners."""
    labels: Tensor
    real: Tensor
    """Whether a row is a thing, or filling."""
    ignored: Tensor
    """Too hidden or too small to be learnt or held against anyone."""


@dataclass(frozen=True)
class Assigned:
    scores: Tensor
    """What each cell should say of each class: [n, cells, classes]."""
    boxes: Tensor
    """[n, cells, 4]; of meaning where a score is above zero."""
    judged: Tensor
    """[n, cells]: not where something ignored lies."""


@torch.no_grad()
def assign(scores: Tensor, boxes: Tensor, cells: Tensor, truths: Truths) -> Assigned:
    """Scores [n, cells, classes] of 0..1 and boxes [n, cells, 4] are what the network says so far."""
    centres, strides = cells[:2].T, cells[2]
    beyond = torch.cat((centres - truths.boxes[:, :, None, :2], truths.boxes[:, :, None, 2:] - centres), -1)
    inside = beyond.amin(-1) > 0  # [n, things, cells]
    middles = (truths.boxes[..., :2] + truths.boxes[..., 2:]) / 2
    near = (middles[:, :, None] - centres).abs().amax(-1) < strides
    # A thing smaller than a cell may lie between all centres: its nearest cells answer.
    finest = strides == strides.min()
    wanted = truths.real & ~truths.ignored
    allowed = (inside | (near & finest)) & wanted[..., None]

    overlap = overlaps_of(truths.boxes[:, :, None], boxes[:, None])
    classes = truths.labels[:, :, None].expand(-1, -1, scores.shape[1])
    said = scores.transpose(1, 2).gather(1, classes)
    aligned = said**SCORE_POWER * overlap**OVERLAP_POWER * allowed

    best, chosen = aligned.topk(min(MOST_CELLS, aligned.shape[2]), 2)
    positive = torch.zeros_like(allowed).scatter_(2, chosen, best > 0)
    # A cell answers for one thing: the one that it covers best.
    owner = (overlap * positive).argmax(1)  # [n, cells]
    taken = positive.any(1)
    positive &= torch.zeros_like(positive).scatter_(1, owner[:, None], True)

    # The best cell of a thing should score as well as it overlaps; the others in proportion.
    aligned = aligned * positive
    worth = aligned / (aligned.amax(2, keepdim=True) + 1e-9) * (overlap * positive).amax(2, keepdim=True)
    worth = worth.gather(1, owner[:, None])[:, 0] * taken
    target = torch.zeros_like(scores)
    target.scatter_(2, truths.labels.gather(1, owner)[..., None], worth[..., None])

    hidden = (inside & (truths.real & truths.ignored)[..., None]).any(1)
    return Assigned(
        scores=target,
        boxes=truths.boxes.gather(1, owner[..., None].expand(-1, -1, 4)),
        judged=taken | ~hidden,
    )
