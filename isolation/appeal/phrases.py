"""The seven reasons of notices, as guides for cross-border sellers list them.

The words that name them stand with each language (`isolation.appeal.tongues`). A phrase is as narrow as the wording
allows: notices end in boilerplate that names performance, policies and documents whatever the reason is, and that must
not count.
"""

from __future__ import annotations

from isolation.messages import message

# Reason -> number in the guides' list, what it is called.
REASONS = {
    "suspicious-behaviour": (1, message("suspicious behaviour")),
    "related-accounts": (2, message("related accounts: shared computers, networks or addresses, or several accounts")),
    "account-information": (3, message("incorrect or incomplete account information")),
    "poor-performance": (4, message("poor performance: order defects, cancellations, late dispatch")),
    "counterfeit": (5, message("counterfeit goods")),
    "product-safety": (6, message("product quality or safety")),
    "other-breach": (7, message("another breach: banned products, reviews, detail pages")),
}  # fmt: skip
