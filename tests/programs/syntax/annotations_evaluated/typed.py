def go(xs: list[int], k: "x" = 1) -> dict[str, int]: return {"n": len(xs)}
class Box:
    item: list[int]
    def __init__(self, item: int | str): self.item = item
    def get(self) -> int | None: return self.item
