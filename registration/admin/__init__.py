from . import codes, desk, offer, orders, questions, rules

__all__ = ["codes", "desk", "offer", "orders", "questions", "rules"]
