"""Draw the README's picture from the stored grids: ``make picture``."""

from rope_lessons.page import figures
from rope_lessons.trained import tiny

PANELS = {
    "learned table": "learned",
    "sinusoidal": "sinusoidal",
    "RoPE, base 500": "rope-500",
    "ALiBi, slopes × 16": "alibi-x16",
}


def main():
    stored = {title: tiny.grid(name) for title, name in PANELS.items()}
    train_length = tiny.load("rope-500").train_length
    drawing = figures.grids(stored, train_length, height=3.0)
    drawing.figure.savefig(tiny.DATA / "grids.png")
    print(drawing.summary())


if __name__ == "__main__":
    main()
