"""What names a good and the batch that made it, in every table of a plan."""

from __future__ import annotations

from typing import NamedTuple

ANY = "any"
DOMESTIC = "domestic"


class GoodId(NamedTuple):
    """What flows: an item of a source under a deal, with the status and class that it keeps on its way."""

    item: str
    source: str
    deal: str
    status: str = ""
    class_: str = ANY

    @property
    def earmarked(self) -> bool:
        """Whether a duty regime has set it apart for a foreign country."""
        return self.class_ not in {ANY, DOMESTIC}

    def __str__(self) -> str:
        return f"{self.item} from {self.source} ({', '.join((self.deal, *_marks(self)))})"


class Batch(NamedTuple):
    """What a plant makes of an item by a recipe, to pass one test, for one destination."""

    location: str
    item: str
    recipe: str
    status: str
    test: str
    class_: str

    @property
    def good(self) -> GoodId:
        """The good that is made; batches that differ only in their test make the same good."""
        return GoodId(self.item, self.location, self.recipe, self.status, self.class_)

    def __str__(self) -> str:
        test = (f"test {self.test}",) if self.test else ()
        names = (f"plant {self.location}", f"item {self.item}", f"recipe {self.recipe}")
        return ", ".join((*names, *_marks(self.good), *test))


def initial_stock(location: str, item: str) -> GoodId:
    """Return what lies at a location at the start."""
    return GoodId(item, location, "initial")


def _marks(good: GoodId) -> tuple[str, ...]:
    """Return in words what sets a good apart from one without status and class."""
    status = (f"status {good.status}",) if good.status else ()
    return (*status, *((f"class {good.class_}",) if good.class_ != ANY else ()))
