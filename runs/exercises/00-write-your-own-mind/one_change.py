"""A magnet maker that is as the default one, but does not slow down as long as there is anything to work with."""


class OneChange(MagnetMaker):
    """Decides as the default mind does, and runs as fast as the mind of the page."""

    def decide(self) -> None:
        """Once a week: the old habits, then full speed until five days are left."""
        super().decide()
        self.run_at(1.0 if self.shortest_cover > 5.0 else 0.7)
