"""A magnet maker that is as the default one, but treats all customers alike."""


class EvenHanded(MagnetMaker):
    """Decides as the default mind does, and serves nobody first."""

    def decide(self) -> None:
        """Once a week: the old habits, then everybody counts the same."""
        super().decide()
        for customer in self.customers:
            self.favour(customer, 1.0)
