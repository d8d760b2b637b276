"""Views of the accounts room and the mixins that every room's views share."""
