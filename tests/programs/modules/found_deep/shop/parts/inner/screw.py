from ... import register


@register
class Screw:
    pass
