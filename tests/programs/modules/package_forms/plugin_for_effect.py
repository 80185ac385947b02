from lib.registry import register
@register
def effect(): return "effect"
