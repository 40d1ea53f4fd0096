"""A slow average of the network's weights: what is exported, since single steps jump about."""

import copy

import torch
from torch import nn


class Average:
    def __init__(self, network: nn.Module, decay: float = 0.999) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._decay = decay

    @torch.no_grad()
    def take(self, network: nn.Module, steps: int) -> None:
        """After so many steps; the first ones are soon forgotten."""
        decay = min(self._decay, (1 + steps) / (10 + steps))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values()):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1 - decay)
            else:
                mine.copy_(theirs)
