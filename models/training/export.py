"""Writes the averaged weights of a checkpoint as ONNX, boxes decoded, in the layout of Ultralytics' YOLOv8:

    python3 models/training/export.py /tmp/run/checkpoint.pt model.onnx
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from model import STRIDES, Detector, cells_of, decode
from train import SIZE


class Exported(nn.Module):
    """Pictures [1, 3, h, w] of 0..1 in RGB → [1, 4 + classes, cells]: centre, size in pixels, a score of 0..1 a class."""

    def __init__(self, network: Detector) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("cells", cells_of(SIZE[1], SIZE[0]))

    def forward(self, images: Tensor) -> Tensor:
        boxes, logits = decode(self.network(images), self.cells)
        return torch.cat((boxes, logits.sigmoid()), 1)


def export(checkpoint: Path, onnx: Path) -> None:
    state = torch.load(checkpoint, map_location="cpu")
    labels: list[str] = state["labels"]
    network = Detector(len(labels)).eval()
    network.load_state_dict(state["average"])
    width, height = SIZE
    # Newer versions of PyTorch have two exporters; this one needs no other package.
    older = {"dynamo": False} if torch.__version__ >= "2.5" else {}
    torch.onnx.export(
        Exported(network).eval(),
        (torch.rand(1, 3, height, width),),
        str(onnx),
        input_names=["images"],
        output_names=["output0"],
        opset_version=13,
        **older,
    )
    metadata = {
        "task": "detect",
        "names": repr(dict(enumerate(labels))),
        "imgsz": repr([height, width]),
        "stride": repr(max(STRIDES)),
    }
    with onnx.open("ab") as file:
        file.write(b"".join(_metadata_entry(key, value) for key, value in metadata.items()))


def _metadata_entry(key: str, value: str) -> bytes:
    """ModelProto.metadata_props of onnx.proto3; in protocol buffers what is appended is merged."""
    return _field(14, _field(1, key.encode()) + _field(2, value.encode()))


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _varint(value >> 7)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("onnx", type=Path)
    args = parser.parse_args()
    export(args.checkpoint, args.onnx)
    print(f"{args.onnx}: {args.onnx.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
