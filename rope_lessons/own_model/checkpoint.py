"""What lies in a checkpoint's folder, and may it be read?

All of it is found out without loading a weight: settings, whether the files are whole, and how
much memory the model needs. What could run code of somebody else's is refused: pickled weights,
and models that bring code of their own.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rope_lessons import _validate
from rope_lessons.settings import models

PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
SAMPLE = 1 << 20  # bytes of each file of weights that go into the fingerprint
LONGEST_HEADER = 100 << 20  # bytes; the format's own limit
OVERHEAD = 400 << 20  # bytes that Python, PyTorch and Transformers take themselves


@dataclass(frozen=True)
class Checkpoint:
    """A folder whose files are whole.

    Attributes
    ----------
    folder : Path
    config : dict
        What ``config.json`` says.
    settings : rope_lessons.settings.models.Settings
    train_length : int
        Positions in training: those of the settings.
    weight_bytes : int
        Of all tensors.
    fingerprint : str
        Of the settings and the weights: measurements of another model are not mixed in.
    """

    folder: Path
    config: dict
    settings: models.Settings
    train_length: int
    weight_bytes: int
    fingerprint: str

    def memory(self, length: int, tokens: int) -> int:
        """About how many bytes reading takes.

        Parameters
        ----------
        length : int
            Tokens of the longest text.
        tokens : int
            Read at once, in all texts of a batch together.
        """
        hidden = self._size("hidden_size", "n_embd", "d_model")
        inner = self._size("intermediate_size", "n_inner") or 4 * hidden
        a_token = 4 * (8 * hidden + 3 * inner)
        logits = 3 * 4 * length * self._size("vocab_size")  # as they are, in float32, their loss
        return OVERHEAD + self.weight_bytes + tokens * a_token + logits + 4 * length**2

    def _size(self, *names):
        parts = (self.config, self.config.get("text_config") or {})
        return next((part[name] for part in parts for name in names if part.get(name)), 0)


def look_into(folder: str | Path, *, train_length: int | None = None) -> Checkpoint:
    """What lies in that folder.

    Parameters
    ----------
    folder : str or Path
        With ``config.json``, ``.safetensors`` and the tokenizer, as Transformers saves them.
    train_length : int, optional
        Positions in training, where you know better than the file.

    Returns
    -------
    Checkpoint

    Raises
    ------
    TypeError, ValueError
        A file is missing, damaged, pickled, or lies elsewhere; the model has no RoPE, or its
        training length is not known. The message says which, and how to go on.
    """
    if not isinstance(folder, (str, Path)):
        raise TypeError(f"folder must be a path, got {type(folder).__name__}")
    if "\0" in str(folder) or not Path(folder).is_dir():
        raise ValueError(f"{str(folder)!r} is no folder; give the one that holds config.json")
    folder = Path(folder)
    config, settings, train_length = _config(folder, train_length)
    weights = _weights(folder)
    if not (folder / "tokenizer.json").is_file():
        raise ValueError(
            f"{folder} has no tokenizer.json; Transformers writes one: load the model's own "
            "tokenizer and save it there with save_pretrained"
        )
    _stays_inside(folder)
    total, begins = 0, []
    for path in weights:
        total += _whole_tensors(path)
        with path.open("rb") as file:
            begins.append(hashlib.sha256(file.read(SAMPLE)).hexdigest())
    return Checkpoint(folder, config, settings, train_length, total, digest(config, begins))


def digest(*said: Any) -> str:
    """A short name for what was said: another one as soon as a part of it is another."""
    whole = json.dumps(said, sort_keys=True, default=vars).encode()
    return hashlib.sha256(whole).hexdigest()[:16]


def available_memory() -> int | None:
    """Bytes of memory that are free for a new program; None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None


def _config(folder, train_length):
    path = folder / "config.json"
    settings = models.read_config(path, train_length=train_length)
    config = json.loads(path.read_text(encoding="utf-8-sig"))
    if config.get("auto_map"):
        raise ValueError(
            f"{path} asks for code that lies beside the weights (auto_map), and no such code is "
            "run here. Where Transformers knows the model by now, save it anew with its own class"
        )
    name = settings.name or folder
    if settings.encoding != "rope":
        raise ValueError(
            f"{name} has no RoPE: its positions are {settings.encoding!r}. 'rope-lessons config "
            f"{folder}' says what that foretells; measured are models that turn queries and keys"
        )
    if settings.unread:
        raise ValueError(
            f"{name}: {', '.join(settings.unread)} is not read here and may change the speeds, so "
            "nothing could be foretold"
        )
    if settings.train_length is None:
        raise ValueError(f"the training length of {name} is not known; give --train-length")
    return config, settings, settings.train_length


def _weights(folder):
    """The files of weights; those that an index names must all be there."""
    index = folder / "model.safetensors.index.json"
    found = sorted(folder.glob("*.safetensors"))
    if index.is_file():
        try:
            names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
            found = [folder / name for name in sorted(names)]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(f"{index} is damaged; fetch it again") from None
        missing = [path.name for path in found if not path.is_file()]
        if missing:
            raise ValueError(
                f"{folder} lacks {', '.join(missing)}, which its index names; fetch it again"
            )
    if found:
        return found
    if any(path.suffix in PICKLED for path in folder.iterdir()):
        raise ValueError(
            f"{folder} has pickled weights only. Opening a pickle can run any code, so it is not "
            "done here. Where you trust its maker, load it with Transformers there and save it "
            "with save_pretrained, which writes safetensors"
        )
    raise ValueError(f"{folder} has no .safetensors; is the download complete?")


def _stays_inside(folder):
    """Links that lead elsewhere are refused; a cache of Transformers links to its own blobs."""
    home = folder.resolve()
    home = home.parent.parent if home.parent.name == "snapshots" else home
    for path in folder.iterdir():
        if not path.resolve().is_relative_to(home):
            raise ValueError(
                f"{path} is a link to a place outside its folder, and is not followed; copy the "
                "file there"
            )


def _whole_tensors(path):
    """The bytes of a file's tensors, or an error where the file is not whole."""
    damaged = f"{path} is damaged or not fully there; fetch it again"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(LONGEST_HEADER, path.stat().st_size - 8):
            raise ValueError(damaged)
        try:
            header = json.loads(file.read(length))
            header.pop("__metadata__", None)
            end = max(_validate.count("end", entry["data_offsets"][1]) for entry in header.values())
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            raise ValueError(damaged) from None
    if path.stat().st_size != 8 + length + end:
        raise ValueError(damaged)
    return end
