from .circle import Circle

SIDES = 4 * Circle.sides
