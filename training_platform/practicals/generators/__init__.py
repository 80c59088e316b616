"""What task files may draw with. Importing this package fills drawing.GENERATORS."""

from training_platform.practicals.generators import customer_cards, spoiled_records

__all__ = ["customer_cards", "spoiled_records"]
