"""How wrong the network is."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from assign import Truths, assign
from boxes import complete_overlaps_of, corners_of
from model import decode

BOX_WEIGHT = 6.0


def losses_of(output: Tensor, cells: Tensor, truths: Truths, by_place: float = 0.0) -> tuple[Tensor, Tensor]:
    """Of what things are, and of where they are."""
    boxes, logits = decode(output.float(), cells)
    boxes, logits = corners_of(boxes.transpose(1, 2)), logits.transpose(1, 2)
    target = assign(logits.sigmoid(), boxes, cells, truths, by_place)
    worth = target.scores.sum(-1)
    total = worth.sum().clamp(min=1)
    what = binary_cross_entropy_with_logits(logits, target.scores, reduction="none").sum(-1)
    found = worth > 0
    where = (1 - complete_overlaps_of(boxes[found], target.boxes[found])) * worth[found]
    return (what * target.judged).sum() / total, BOX_WEIGHT * where.sum() / total
