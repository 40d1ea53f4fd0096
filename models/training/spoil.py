"""What cameras, lenses, weather and codecs do to pictures, overdone: nothing may hang on how pictures were drawn.

Pictures are [n, 3, h, w] of 0..1; each function spoils a share of them, each differently.
"""

import math
import random
from typing import Callable

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d, interpolate, pad

YCC = torch.tensor(((0.299, 0.587, 0.114), (-0.169, -0.331, 0.5), (0.5, -0.419, -0.081)))


def spoil(pictures: Tensor, chance: random.Random) -> Tensor:
    """The random numbers of torch itself are drawn from too, by a seed of `chance`."""
    generator = torch.Generator(pictures.device).manual_seed(chance.getrandbits(63))
    spoilt = [i for i in range(len(pictures)) if chance.random() < SPOILT]
    for share, how in STEPS:
        some = [i for i in spoilt if chance.random() < share]
        if some:
            pictures[some] = how(pictures[some], chance, generator)
    return pictures.clamp(0, 1)


def _colours(pictures: Tensor, chance: random.Random, _: torch.Generator) -> Tensor:
    """Hue, saturation, white balance, contrast and brightness."""
    matrices = []
    for _ in pictures:
        turn, strength = chance.gauss(0, 0.25), chance.uniform(0.3, 1.6)
        cos, sin = strength * math.cos(turn), strength * math.sin(turn)
        hue = torch.tensor(((1.0, 0.0, 0.0), (0.0, cos, -sin), (0.0, sin, cos)))
        white = torch.diag(torch.tensor([math.exp(chance.gauss(0, 0.08)) for _ in range(3)]))
        matrices.append(chance.uniform(0.5, 1.4) * white @ torch.linalg.inv(YCC) @ hue @ YCC)
    mixed = torch.stack(matrices).to(pictures.device) @ (pictures - 0.5).flatten(2)
    return mixed.view(pictures.shape) + _each(pictures, lambda: 0.5 + chance.gauss(0, 0.1))


def _gamma(pictures: Tensor, chance: random.Random, _: torch.Generator) -> Tensor:
    return pictures.clamp(1e-4, 1) ** _each(pictures, lambda: math.exp(chance.gauss(0, 0.35)))


def _grey(pictures: Tensor, _: random.Random, __: torch.Generator) -> Tensor:
    weights = YCC[0].to(pictures.device)[None, :, None, None]
    return (pictures * weights).sum(1, keepdim=True).expand_as(pictures)


def _filter(pictures: Tensor, _: random.Random, generator: torch.Generator) -> Tensor:
    """A random small filter a picture: surfaces and edges look like no renderer's, shapes stay."""
    many = len(pictures)
    kernels = torch.randn(many, 3, 3, 3, 3, generator=generator, device=pictures.device) / 9
    kernels[:, range(3), range(3), 1, 1] += 0.8
    mixed = _each_filtered(pictures, kernels.flatten(0, 1), many)
    low, high = mixed.flatten(1).aminmax(dim=1)
    return (mixed - low[:, None, None, None]) / (high - low + 1e-3)[:, None, None, None]


def _focus(pictures: Tensor, chance: random.Random, _: torch.Generator) -> Tensor:
    """Blurred, of whatever direction: focus and motion; or the other way, as cameras sharpen."""
    reach = torch.arange(-3, 4, dtype=torch.float32)
    y, x = torch.meshgrid(reach, reach, indexing="ij")
    kernels = []
    for _ in pictures:
        turn, long, short = chance.uniform(0, math.pi), chance.uniform(0.3, 2.2), chance.uniform(0.3, 0.9)
        along, across = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
        kernel = torch.exp(-((along / long) ** 2 + (across / short) ** 2) / 2)
        kernel /= kernel.sum()
        if chance.random() < 0.4:
            kernel *= -chance.uniform(0.3, 1.5)
            kernel[3, 3] += 1 - kernel.sum()
        kernels.append(kernel)
    same = torch.stack(kernels).to(pictures.device)[:, None].expand(-1, 3, -1, -1)
    return _each_filtered(pictures, same.flatten(0, 1)[:, None], len(pictures) * 3)


def _coarse(pictures: Tensor, chance: random.Random, _: torch.Generator) -> Tensor:
    """From a camera of fewer pixels."""
    size = pictures.shape[2:]
    scale = chance.uniform(0.4, 0.9)
    small = interpolate(pictures, scale_factor=scale, mode="bilinear", align_corners=False, antialias=True)
    return interpolate(small, size, mode="bilinear", align_corners=False)


def _noise(pictures: Tensor, chance: random.Random, generator: torch.Generator) -> Tensor:
    grain = torch.randn(pictures.shape, generator=generator, device=pictures.device)
    return pictures + grain * _each(pictures, lambda: abs(chance.gauss(0, 0.05)))


def _haze(pictures: Tensor, chance: random.Random, _: torch.Generator) -> Tensor:
    """Thicker towards the top, where things are farther away."""
    thick = torch.linspace(1, 0.2, pictures.shape[2], device=pictures.device)[:, None]
    veil = thick * _each(pictures, lambda: chance.uniform(0.1, 0.6))
    return pictures * (1 - veil) + _each(pictures, lambda: chance.uniform(0.4, 0.9)) * veil


def _compress(pictures: Tensor, chance: random.Random, _: torch.Generator) -> Tensor:
    """Blocks of 8×8 with their fine detail rounded away, as JPEG and H.264 do."""
    waves = BLOCK_WAVES.to(pictures.device)
    steps = BLOCK_STEPS.to(pictures.device) * _each(pictures, lambda: chance.uniform(0.3, 4))
    steps = steps.repeat_interleave(3, 0)
    rounded = torch.round(conv2d(pictures.flatten(0, 1)[:, None], waves, stride=8) / steps) * steps
    return conv_transpose2d(rounded, waves, stride=8).view(pictures.shape)


def _waves() -> Tensor:
    """The 64 cosine patterns that a block is made of: [64, 1, 8, 8]."""
    index = torch.arange(8, dtype=torch.float32)
    cosines = torch.cos((2 * index[None] + 1) * index[:, None] * math.pi / 16) / 2
    cosines[0] /= math.sqrt(2)
    return torch.kron(cosines, cosines).view(64, 1, 8, 8)


BLOCK_WAVES = _waves()
# The finer, the more is rounded away.
BLOCK_STEPS = (0.01 + 0.012 * (torch.arange(8)[:, None] + torch.arange(8))).view(1, 64, 1, 1)


def _cover(pictures: Tensor, chance: random.Random, generator: torch.Generator) -> Tensor:
    """Things are seen in part."""
    _, _, height, width = pictures.shape
    for picture in pictures:
        for _ in range(chance.randint(1, 6)):
            wide, high = (max(4, int(side * chance.uniform(0.02, 0.15))) for side in (width, height))
            x, y = chance.randrange(width - wide), chance.randrange(height - high)
            colour = torch.rand(3, 1, 1, generator=generator, device=pictures.device)
            picture[:, y : y + high, x : x + wide] = colour
    return pictures


SPOILT = 0.5
STEPS: tuple[tuple[float, Callable[[Tensor, random.Random, torch.Generator], Tensor]], ...] = (
    (0.15, _cover),
    (0.12, _filter),
    (0.25, _focus),
    (0.15, _haze),
    (0.3, _gamma),
    (0.8, _colours),
    (0.12, _grey),
    (0.15, _coarse),
    (0.4, _noise),
    (0.3, _compress),
)


def _each(pictures: Tensor, drawn: Callable[[], float]) -> Tensor:
    """One number a picture."""
    return torch.tensor([drawn() for _ in pictures], device=pictures.device)[:, None, None, None]


def _each_filtered(pictures: Tensor, kernels: Tensor, groups: int) -> Tensor:
    margin = kernels.shape[-1] // 2
    many, planes, height, width = pictures.shape
    side_by_side = pad(pictures, (margin,) * 4, mode="replicate").flatten(0, 1)[None]
    return conv2d(side_by_side, kernels, groups=groups).view(many, planes, height, width)
