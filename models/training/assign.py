"""Which cells answer for which thing: those that already see it best (task-aligned assignment, arXiv 2108.07755).

Before a network sees anything that is arbitrary; then it is those in its middle, at the stride that fits its size.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from boxes import overlaps_of

MOST_CELLS = 10
SCORE_POWER = 0.5
OVERLAP_POWER = 4
# A thing fits a stride of which it measures so many.
FITTING = 5


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
def assign(scores: Tensor, boxes: Tensor, cells: Tensor, truths: Truths, by_place: float = 0.0) -> Assigned:
    """Scores [n, cells, classes] of 0..1 and boxes [n, cells, 4] are what the network says so far.

    Which cells they are is decided by place and size alone where `by_place` is 1, by how well they see where it is 0.
    """
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

    if by_place > 0:
        apart = ((middles[:, :, None] - centres) ** 2).sum(-1) / strides**2
        across = (truths.boxes[..., 2:] - truths.boxes[..., :2]).clamp(min=1).prod(-1).sqrt()
        misfit = torch.log2(across[..., None] / (FITTING * strides))
        suited = torch.exp(-apart / 4 - misfit**2) * allowed
        aligned = by_place * suited + (1 - by_place) * aligned
        overlap = torch.maximum(overlap, by_place * suited)

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
