"""Japanese and other text survives; the words of a description are understood in any of its encodings."""

from pathlib import Path

import pytest
from pydicom.data import get_charset_files
from pydicom.dataset import FileDataset

from ilc.imaging.dicom import FileRefused, SequenceKind, read_series, read_working_copy
from tests.support.dicom_files import mr_slice, with_values, without, write_file, write_series

DESCRIPTION = "腰椎 T2強調 脂肪抑制"
NAME = "Yamada^Tarou=山田^太郎=やまだ^たろう"


def japanese(character_set: object) -> FileDataset:
    dataset = mr_slice(0)
    dataset.SpecificCharacterSet = character_set
    dataset.SeriesDescription = DESCRIPTION
    dataset.PatientName = NAME
    del dataset.EchoTime
    return dataset


@pytest.mark.parametrize("character_set", [["", "ISO 2022 IR 87"], "ISO_IR 192", ["ISO 2022 IR 6", "ISO 2022 IR 87"]])
def test_japanese_words_decide_the_sequence(tmp_path: Path, character_set: object) -> None:
    write_file(japanese(character_set), tmp_path / "IM0")
    series = read_series([tmp_path], tmp_path).series[0]
    assert series.sequence.kind is SequenceKind.T2
    assert series.sequence.fat_suppressed is True


@pytest.mark.parametrize("character_set", [["", "ISO 2022 IR 87"], "ISO_IR 192"])
def test_the_working_copy_holds_all_text_in_unicode(tmp_path: Path, character_set: object) -> None:
    path = write_file(japanese(character_set), tmp_path / "IM0")
    copy = read_working_copy(path)
    assert copy.SpecificCharacterSet == "ISO_IR 192"
    assert str(copy.PatientName) == NAME
    assert copy.SeriesDescription == DESCRIPTION
    written = write_file(copy_without_pixels(copy), tmp_path / "again")
    assert "山田".encode() in written.read_bytes()
    assert path.read_bytes() != written.read_bytes()


def copy_without_pixels(dataset: object) -> FileDataset:
    assert isinstance(dataset, FileDataset)
    return dataset


def test_full_width_letters_are_letters(tmp_path: Path) -> None:
    dataset = japanese("ISO_IR 192")
    dataset.SeriesDescription = "Ｔ１強調"
    write_file(dataset, tmp_path / "IM0")
    assert read_series([tmp_path], tmp_path).series[0].sequence.kind is SequenceKind.T1


@pytest.mark.parametrize("character_set", ["ISO_IR 999", "nonsense", ["ISO 2022 IR 87", "ISO_IR 192"]])
def test_an_unknown_character_set_does_not_cost_the_image(tmp_path: Path, character_set: object) -> None:
    path = tmp_path / "IM0"
    dataset = mr_slice(0)
    dataset.SeriesDescription = "sag T2"
    write_file(dataset, path)
    name = character_set if isinstance(character_set, str) else "\\".join(character_set)  # type: ignore[arg-type]
    name += " " * (len(name) % 2)
    element = b"\x08\x00\x05\x00CS" + len(name).to_bytes(2, "little") + name.encode()
    data = path.read_bytes()
    place = data.index(b"\x08\x00\x08\x00CS")
    path.write_bytes(data[:place] + element + data[place:])
    reading = read_series([tmp_path], tmp_path)
    assert len(reading.series) == 1


def test_a_working_copy_of_no_image_is_refused_with_its_code(tmp_path: Path) -> None:
    path = tmp_path / "page.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM<html>")
    with pytest.raises(FileRefused) as caught:
        read_working_copy(path)
    assert caught.value.code == "DICOM_DAMAGED"


def test_the_parser_files_in_all_character_sets_raise_nothing(tmp_path: Path) -> None:
    names = [str(path) for path in get_charset_files("chr*.dcm")]
    assert len(names) > 10
    for number, name in enumerate(names):
        (tmp_path / f"{number}.dcm").write_bytes(Path(name).read_bytes())
    reading = read_series([tmp_path], tmp_path)
    assert len(reading.left_out) + sum(series.n_files for series in reading.series) == len(names)


def test_words_in_the_default_character_set(tmp_path: Path) -> None:
    write_series(
        tmp_path, 2, lambda dataset: (without("SpecificCharacterSet")(dataset), with_values(EchoTime=None)(dataset))
    )
    assert read_series([tmp_path], tmp_path).series[0].sequence.kind is SequenceKind.T2
