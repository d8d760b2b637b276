"""The profile of a site on screen: its lists and what stands around them."""
