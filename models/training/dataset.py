"""Folders of pictures with COCO's annotations.json, as `ganzhi-sim street` writes them; all are held in memory as bytes."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
from PIL import Image
from torch import Tensor


@dataclass(frozen=True)
class Picture:
    pixels: Tensor
    """Bytes [3, height, width], RGB."""
    boxes: Tensor
    """[things, 4] corners in pixels."""
    labels: Tensor
    ignored: Tensor


@dataclass(frozen=True)
class Dataset:
    labels: list[str]
    pictures: list[Picture]


def read_dataset(folders: list[Path], device: torch.device) -> Dataset:
    """Folders must agree on their labels."""
    parts = [_read_folder(folder, device) for folder in folders]
    for folder, part in zip(folders, parts):
        if part.labels != parts[0].labels:
            raise SystemExit(f"{folder}: labels {part.labels}, but {parts[0].labels} in {folders[0]}")
    return Dataset(parts[0].labels, [picture for part in parts for picture in part.pictures])


def _read_folder(folder: Path, device: torch.device) -> Dataset:
    coco = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    label_of = {category["id"]: label for label, category in enumerate(coco["categories"])}
    things: dict[int, list[dict]] = {image["id"]: [] for image in coco["images"]}
    for thing in coco["annotations"]:
        things[thing["image_id"]].append(thing)
    pictures = []
    for image in coco["images"]:
        here = things[image["id"]]
        boxes = torch.tensor([thing["bbox"] for thing in here], dtype=torch.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        pictures.append(
            Picture(
                pixels=_pixels(folder / image["file_name"]).to(device),
                boxes=boxes,
                labels=torch.tensor([label_of[thing["category_id"]] for thing in here], dtype=torch.long),
                ignored=torch.tensor([bool(thing.get("iscrowd")) for thing in here], dtype=torch.bool),
            )
        )
    return Dataset([category["name"] for category in coco["categories"]], pictures)


def _pixels(file: Path) -> Tensor:
    with Image.open(file) as image:
        return torch.from_numpy(numpy.array(image.convert("RGB"))).permute(2, 0, 1).contiguous()
