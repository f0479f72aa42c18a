"""A magnet maker with a mind of your own: change what stands in `decide`."""


class MyMind(MagnetMaker):
    """Does not wait for bad news: always wants 90 days, and redesigns."""

    def decide(self) -> None:
        """Once a week: look with senses, wish with verbs."""
        for good in self.needs:
            self.hold(good, 90.0)
            self.thrift(good, 0.0)
            if self.worried > 0.5:
                self.look_elsewhere(good, 0.25)
        self.run_at(1.0 if self.shortest_cover > 5.0 else 0.7)
        self.serve_the_longest_waiting()
