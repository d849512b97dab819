"""Prefix sums of heights that can be appended, changed and looked up in O(log n)."""


class Heights:
    """A Fenwick tree of line counts: finds the first line of an entry, and the entry on a line."""

    __slots__ = ("_tree", "_values", "total")

    def __init__(self) -> None:
        self._values: list[int] = []
        self._tree: list[int] = [0]
        self.total = 0

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    def append(self, height: int) -> None:
        """Add an entry at the end."""
        self._values.append(height)
        node = len(self._values)
        below, step = height, 1
        while step < node & -node:
            below += self._tree[node - step]
            step <<= 1
        self._tree.append(below)
        self.total += height

    def set(self, index: int, height: int) -> None:
        """Change an entry."""
        change = height - self._values[index]
        if not change:
            return
        self._values[index] = height
        self.total += change
        node = index + 1
        while node < len(self._tree):
            self._tree[node] += change
            node += node & -node

    def start(self, index: int) -> int:
        """The line on which an entry starts."""
        total = 0
        while index > 0:
            total += self._tree[index]
            index &= index - 1
        return total

    def find(self, line: int) -> tuple[int, int]:
        """The entry that a line is in, and the line within it.

        A line past the end is in the last entry.
        """
        index, rest = 0, max(line, 0)
        step = 1 << len(self._values).bit_length()
        while step:
            after = index + step
            if after < len(self._tree) and self._tree[after] <= rest:
                index = after
                rest -= self._tree[after]
            step >>= 1
        if index >= len(self._values):
            last = len(self._values) - 1
            return last, rest + (self._values[last] if self._values else 0)
        return index, rest

    def truncate(self, length: int) -> None:
        """Drop the entries from ``length`` on."""
        self.total = self.start(length)
        del self._values[length:]
        del self._tree[length + 1 :]
