from . import register


@register
class Till:
    pass
