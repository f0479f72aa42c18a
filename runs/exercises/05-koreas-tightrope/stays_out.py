"""A neighbour that stays out: nothing that came in from China goes on to another country."""


class StaysOut(Neighbour):
    """Looks after its own line like every magnet maker, and takes no order for goods that only pass through."""

    def decide(self) -> None:
        """Once a week: decide as a maker does, then decline."""
        MagnetMaker.decide(self)
        for customer in self.customers:
            if self.is_re_export(customer):
                self.resell(customer, 0.0)
