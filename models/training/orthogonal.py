"""Steps that turn matrices of weights in all directions alike (Muon, Keller Jordan 2024).

A few strong directions decide nearly alone where a gradient points. Where there are few steps, the weak ones are never learnt; here each
counts as much.
"""

import torch
from torch import Tensor, optim

MOMENTUM = 0.95
ROUNDS = 5


class Orthogonal(optim.Optimizer):
    def __init__(self, weights: list[Tensor], rate: float, weight_decay: float) -> None:
        super().__init__(weights, {"lr": rate, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for weight in group["params"]:
                speed = self.state[weight].setdefault("speed", torch.zeros_like(weight))
                speed.lerp_(weight.grad, 1 - MOMENTUM)
                ahead = weight.grad.lerp(speed, MOMENTUM).flatten(1)
                # As large as steps of Adam's usually are.
                step = orthogonal(ahead) * (0.2 * max(ahead.shape) ** 0.5)
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                weight.sub_(step.view_as(weight), alpha=group["lr"])


def orthogonal(matrix: Tensor) -> Tensor:
    """About the matrix of the same directions whose singular values are all one, by Newton's and Schulz's iteration."""
    # In bf16, which is enough for it: without a fast BLAS fp32 takes forty times as long.
    x = (matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T).bfloat16()
    x = x / (x.norm() + 1e-7)
    for _ in range(ROUNDS):
        square = x @ x.T
        x = 3.4445 * x + (2.0315 * square @ square - 4.775 * square) @ x
    x = x.to(matrix.dtype)
    return x if x.shape == matrix.shape else x.T
