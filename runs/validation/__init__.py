"""The model held against history, and calibrated on one episode."""
