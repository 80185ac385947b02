SIDES = 1


class Circle:
    sides = SIDES
