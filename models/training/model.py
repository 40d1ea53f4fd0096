"""The network: residuals of plain 3×3 convolutions with few channels, and a pyramid of three strides.

Depthwise convolutions need fewer operations, but take ONNX Runtime on a CPU longer.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

STRIDES = (8, 16, 32)


class Conv(nn.Sequential):
    """Convolution, normalisation and ReLU; one operation once exported."""

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Adds to each cell what its neighbours say, by way of half as many channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = Conv(channels, channels // 2, 1)
        self.expand = nn.Conv2d(channels // 2, channels, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.norm(self.expand(self.squeeze(x))))


class Stage(nn.Sequential):
    """Halves width and height."""

    def __init__(self, inputs: int, outputs: int, residuals: int) -> None:
        super().__init__(Conv(inputs, outputs, 3, 2), *(Residual(outputs) for _ in range(residuals)))


class Head(nn.Module):
    """Numbers of each cell: centre and size of a box, then a logit a class."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.where = nn.Sequential(Conv(channels, channels), nn.Conv2d(channels, 4, 1))
        self.what = nn.Sequential(Conv(channels, channels), nn.Conv2d(channels, classes, 1))
        # Nearly every cell holds nothing; learning that first would take long.
        nn.init.constant_(self.what[1].bias, -math.log(99))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat((self.where(x), self.what(x)), 1)


class Detector(nn.Module):
    """Pictures [n, 3, h, w] of 0..1 in RGB → [n, 4 + classes, cells], undecoded."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.to4 = nn.Sequential(Conv(3, 16, 3, 2), Stage(16, 32, 1))
        self.to8 = Stage(32, 64, 2)
        self.to16 = Stage(64, 128, 3)
        self.to32 = Stage(128, 192, 2)
        self.side8, self.side16, self.side32 = (Conv(channels, 64, 1) for channels in (64, 128, 192))
        self.mix8, self.mix16, self.mix32 = Conv(64, 64), Conv(64, 64), Conv(64, 64)
        self.down16, self.down32 = Conv(64, 64, 3, 2), Conv(64, 64, 3, 2)
        self.heads = nn.ModuleList(Head(64, classes) for _ in STRIDES)

    def forward(self, pictures: Tensor) -> Tensor:
        at8 = self.to8(self.to4(pictures))
        at16 = self.to16(at8)
        at32 = self.to32(at16)
        # What is far away helps near things, and the other way round.
        top32 = self.side32(at32)
        top16 = self.mix16(self.side16(at16) + interpolate(top32, scale_factor=2.0))
        out8 = self.mix8(self.side8(at8) + interpolate(top16, scale_factor=2.0))
        out16 = top16 + self.down16(out8)
        out32 = self.mix32(top32 + self.down32(out16))
        return torch.cat([head(x).flatten(2) for head, x in zip(self.heads, (out8, out16, out32))], 2)


def cells_of(height: int, width: int) -> Tensor:
    """Centre x, centre y and stride, in pixels, of every cell in the order of the network's output: [3, cells]."""
    grids = []
    for stride in STRIDES:
        y, x = torch.meshgrid(
            torch.arange(height // stride), torch.arange(width // stride), indexing="ij"
        )
        centres = torch.stack((x, y)).flatten(1) * stride + stride / 2
        grids.append(torch.cat((centres, torch.full_like(centres[:1], stride))))
    return torch.cat(grids, 1)


def decode(output: Tensor, cells: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes [n, 4, cells] as centre and size in pixels, and logits [n, classes, cells]."""
    centres = cells[:2] + output[:, :2] * cells[2]
    sizes = torch.exp(output[:, 2:4].clamp(max=6)) * cells[2]
    return torch.cat((centres, sizes), 1), output[:, 4:]
