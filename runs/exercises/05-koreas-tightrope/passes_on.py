"""A neighbour that passes on whatever Japan orders, without weighing the danger of a fine."""


class PassesOn(Neighbour):
    """Looks after its own line like every magnet maker, and takes all orders from abroad."""

    def decide(self) -> None:
        """Once a week: decide as a maker does, then take all orders."""
        MagnetMaker.decide(self)
        for customer in self.customers:
            if self.is_re_export(customer):
                self.resell(customer, 1.0)
