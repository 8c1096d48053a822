"""What the command says while it works: a bar on a terminal, plain lines elsewhere."""

import time

WIDTH = 30


class Progress:
    """`total` and `advance` count the same things, whatever they are."""

    def __init__(self, out, total: int):
        self.out, self.total, self.done = out, max(1, total), 0
        self.is_bar = out.isatty()
        self.label = ""
        self.began = self.drawn = time.monotonic()

    def begin(self, label: str) -> None:
        self.label = label
        if self.is_bar:
            self.draw()
        else:
            self.out.write(f"{self.seconds():5.1f} s  {label}\n")
            self.out.flush()

    def advance(self, n: int = 1) -> None:
        self.done += n
        if self.is_bar and time.monotonic() - self.drawn > 0.1:
            self.draw()

    def end(self, sentence: str) -> None:
        if self.is_bar:
            self.out.write("\r\x1b[K")
        self.out.write(f"{sentence} ({self.seconds():.1f} s)\n")
        self.out.flush()

    def clear(self) -> None:
        """Leave the line of the bar before something else is printed."""
        if self.is_bar:
            self.out.write("\r\x1b[K")

    def draw(self) -> None:
        self.drawn = time.monotonic()
        share = min(1.0, self.done / self.total)
        bar = "█" * int(share * WIDTH)
        self.out.write(f"\r\x1b[K{bar:·<{WIDTH}} {share:4.0%}  {self.label}")
        self.out.flush()

    def seconds(self) -> float:
        return time.monotonic() - self.began
