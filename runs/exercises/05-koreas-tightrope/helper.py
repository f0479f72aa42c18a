"""A neighbour that helps without counting: it passes on whatever Japan orders."""


class Helper(Neighbour):
    """Looks after its own line like every magnet maker, and takes all orders from abroad."""

    def decide(self) -> None:
        """Once a week: decide as a maker does, then help."""
        MagnetMaker.decide(self)
        for customer in self.customers:
            if self.is_re_export(customer):
                self.resell(customer, 1.0)
