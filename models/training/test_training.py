"""python3 -m unittest discover models/training"""

import random
import tempfile
import unittest
from pathlib import Path

import torch

from assign import Truths, assign
from boxes import complete_overlaps_of, corners_of, overlaps_of
from crops import Look, Sample, batch_of, draw
from dataset import Picture
from export import export
from model import Detector, cells_of, decode
from orthogonal import orthogonal
from spoil import spoil
from train import Plan, Run, batch_at

CPU = torch.device("cpu")
PLAN = Plan(passes=1_000, seed=1, rate=1e-3, precision=torch.float32, device=CPU)


def picture_of(box: tuple[int, int, int, int]) -> Picture:
    """White in the box, black elsewhere."""
    pixels = torch.zeros(3, 120, 200, dtype=torch.uint8)
    x1, y1, x2, y2 = box
    pixels[:, y1:y2, x1:x2] = 255
    return Picture(pixels, torch.tensor([box], dtype=torch.float32), torch.tensor([1]), torch.tensor([False]))


def truths_of(*boxes: tuple[float, ...], ignored: bool = False) -> Truths:
    many = len(boxes)
    return Truths(
        boxes=torch.tensor([boxes], dtype=torch.float32),
        labels=torch.zeros(1, many, dtype=torch.long),
        real=torch.ones(1, many, dtype=torch.bool),
        ignored=torch.full((1, many), ignored),
    )


class Boxes(unittest.TestCase):
    def test_overlap_is_what_is_shared_of_what_is_covered(self) -> None:
        a, b = torch.tensor((0.0, 0, 2, 2)), torch.tensor((1.0, 0, 3, 2))
        self.assertAlmostEqual(overlaps_of(a, b).item(), 1 / 3, places=5)
        self.assertAlmostEqual(complete_overlaps_of(a, a).item(), 1, places=5)

    def test_boxes_apart_are_the_worse_the_farther(self) -> None:
        here, near, far = torch.tensor(((0.0, 0, 2, 2), (3.0, 0, 5, 2), (9.0, 0, 11, 2)))
        self.assertGreater(complete_overlaps_of(here, near).item(), complete_overlaps_of(here, far).item())


class Cells(unittest.TestCase):
    def test_an_output_of_zeros_is_a_box_of_one_stride_in_the_middle_of_each_cell(self) -> None:
        cells = cells_of(64, 96)
        boxes, _ = decode(torch.zeros(1, 5, cells.shape[1]), cells)
        self.assertEqual(corners_of(boxes[0].T)[0].tolist(), [0, 0, 8, 8])
        self.assertEqual(corners_of(boxes[0].T)[-1].tolist(), [64, 32, 96, 64])

    def test_the_network_has_one_column_a_cell(self) -> None:
        self.assertEqual(Detector(7)(torch.rand(1, 3, 64, 96)).shape, (1, 11, cells_of(64, 96).shape[1]))


class Assignment(unittest.TestCase):
    def setUp(self) -> None:
        self.cells = cells_of(64, 64)
        many = self.cells.shape[1]
        decoded, _ = decode(torch.zeros(1, 5, many), self.cells)
        self.boxes = corners_of(decoded.transpose(1, 2))
        self.scores = torch.full((1, many, 1), 0.1)

    def test_a_thing_smaller_than_a_cell_and_between_all_centres_is_seen(self) -> None:
        target = assign(self.scores, self.boxes, self.cells, truths_of((21.0, 21, 26, 26)))
        self.assertGreater((target.scores > 0).sum().item(), 0)

    def test_a_cell_answers_for_the_thing_it_covers_best(self) -> None:
        target = assign(self.scores, self.boxes, self.cells, truths_of((16.0, 16, 24, 24), (15.0, 16, 28, 28)))
        cell = 2 * 8 + 2
        self.assertEqual(target.boxes[0, cell].tolist(), [16, 16, 24, 24])
        self.assertGreater(target.scores[0, cell, 0].item(), 0.99)

    def test_before_anything_is_seen_a_thing_belongs_to_its_middle_at_the_stride_that_fits_it(self) -> None:
        thing = truths_of((0.0, 0, 40, 40))
        by_place = assign(self.scores, self.boxes, self.cells, thing, by_place=1.0).scores[0, :, 0]
        self.assertEqual(self.cells[:, by_place.argmax()].tolist(), [20, 20, 8])
        self.boxes[0, -1] = torch.tensor((0.0, 0, 40, 40))
        by_sight = assign(self.scores, self.boxes, self.cells, truths_of((0.0, 0, 63, 63))).scores[0, :, 0]
        self.assertEqual(by_sight.argmax().item(), len(by_sight) - 1)

    def test_nothing_is_held_against_a_cell_where_something_ignored_lies(self) -> None:
        target = assign(self.scores, self.boxes, self.cells, truths_of((0.0, 0, 16, 16), ignored=True))
        self.assertEqual(target.scores.sum().item(), 0)
        self.assertFalse(target.judged[0, 0])
        self.assertTrue(target.judged[0, 5])


class Steps(unittest.TestCase):
    def test_of_strong_and_weak_directions_all_are_taken_alike(self) -> None:
        torch.manual_seed(1)
        for rows, columns in ((24, 60), (60, 24)):
            left, right = (torch.linalg.qr(torch.randn(n, 24))[0] for n in (rows, columns))
            made = orthogonal(left @ torch.diag(torch.logspace(0, -2, 24)) @ right.T)
            along = torch.diag(left.T @ made @ right)
            self.assertGreater(along.min().item(), 0.5)
            self.assertLess(along.max().item(), 1.4)


class Crops(unittest.TestCase):
    def test_boxes_lie_where_the_things_are_however_a_picture_is_cropped(self) -> None:
        look = Look(size=(160, 96), zoom=(0.4, 2.2), whole=(160, 96), mosaic=0.5)
        chance = random.Random(1)
        seen = 0
        for _ in range(60):
            sample = draw([picture_of((60, 30, 100, 90))], look, chance)
            for x1, y1, x2, y2 in (sample.boxes.round().long()).tolist():
                seen += 1
                inner = sample.pixels[:, y1 + 2 : y2 - 2, x1 + 2 : x2 - 2]
                self.assertTrue(inner.numel() == 0 or inner.mean() > 200)
                self._edges_are_dark(sample, x1, y1, x2, y2)
        self.assertGreater(seen, 60)

    def _edges_are_dark(self, sample: Sample, x1: int, y1: int, x2: int, y2: int) -> None:
        _, height, width = sample.pixels.shape
        whole = y1 >= 3 and y2 <= height - 3 and x1 >= 3 and x2 <= width - 3
        if whole and len(sample.boxes) == 1:
            self.assertLess(sample.pixels[:, y1 - 3, x1:x2].mean(), 130)
            self.assertLess(sample.pixels[:, y1:y2, x1 - 3].mean(), 130)

    def test_spoilt_pictures_are_still_pictures_and_the_same_from_the_same_seed(self) -> None:
        pictures = torch.rand(8, 3, 64, 96)
        once, again = (spoil(pictures.clone(), random.Random(5)) for _ in range(2))
        self.assertTrue(torch.equal(once, again))
        self.assertTrue(bool(once.isfinite().all()) and once.min() >= 0 and once.max() <= 1)
        self.assertFalse(torch.equal(once, pictures))


class Training(unittest.TestCase):
    pictures = [picture_of((60, 30, 100, 90)), picture_of((10, 10, 30, 60))]

    def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(self) -> None:
        torch.set_num_threads(1)
        whole = Run(["a", "b"], PLAN)
        for _ in range(2):
            self._step(whole)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "checkpoint.pt"
            first = Run(["a", "b"], PLAN)
            self._step(first)
            first.save(file)
            second = Run(["a", "b"], PLAN)
            second.load(file)
            self._step(second)
            for mine, theirs in zip(whole.network.state_dict().values(), second.network.state_dict().values()):
                torch.testing.assert_close(mine, theirs)
            export(file, Path(folder) / "model.onnx")
            self.assertGreater((Path(folder) / "model.onnx").stat().st_size, 1_000_000)

    def _step(self, run: Run) -> None:
        run.step(*batch_at(run.done, run.plan, self.pictures))

    def test_a_picture_without_things_may_be_learnt_from(self) -> None:
        nothing = Sample(torch.zeros(3, 64, 64), torch.zeros(0, 4), torch.zeros(0).long(), torch.zeros(0).bool())
        _, truths = batch_of([nothing], CPU)
        self.assertFalse(truths.real.any())


if __name__ == "__main__":
    unittest.main()
