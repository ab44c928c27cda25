"""The same sums and dates by Python: reads a list of questions as JSON from standard input, writes the answers to standard output.

A question is a list of a name and operands. Decimals are texts, dates and times are ISO texts, spans are seconds. An answer is a text; null where there is none.
"""
import json
import sys
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow, getcontext, setcontext
from zoneinfo import ZoneInfo

setcontext(Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[DivisionByZero, InvalidOperation, Overflow]))
WIDE = Context(prec=20_000, rounding=ROUND_HALF_EVEN)

ROUNDINGS = {
    "decimal": ROUND_HALF_EVEN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}


def rounded(name, number, scale):
    unit = Decimal(1).scaleb(-int(scale))
    return +number.quantize(unit, rounding=ROUNDINGS[name], context=WIDE)


def modulo(dividend, divisor):
    if divisor == 0:
        return None
    quotient = WIDE.divide_int(dividend, divisor)
    rest = WIDE.subtract(dividend, WIDE.multiply(quotient, divisor))
    if rest != 0 and (rest < 0) != (divisor < 0):
        rest = WIDE.add(rest, divisor)
    return +rest


def power(base, exponent):
    return base ** int(exponent)


NUMBERS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": power,
    "modulo": modulo,
    "sqrt": lambda a: a.sqrt(),
    "exp": lambda a: a.exp(),
    "log": lambda a: a.ln(),
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
}


def on_numbers(name, *operands):
    numbers = [Decimal(operand) for operand in operands]
    answer = rounded(name, *numbers) if name in ROUNDINGS else NUMBERS[name](*numbers)
    if answer is None or isinstance(answer, bool):
        return answer
    return format(answer.normalize(WIDE), "f") if answer else "0"


def on_dates(name, *operands):
    if name == "date + days":
        return (date.fromisoformat(operands[0]) + timedelta(days=operands[1])).isoformat()
    if name == "date - date":
        return (date.fromisoformat(operands[0]) - date.fromisoformat(operands[1])).days
    if name == "weekday":
        return date.fromisoformat(operands[0]).isoweekday()
    if name == "week of year":
        return date.fromisoformat(operands[0]).isocalendar().week
    if name == "day of year":
        return date.fromisoformat(operands[0]).timetuple().tm_yday
    if name == "moment + seconds":
        return (datetime.fromisoformat(operands[0]) + timedelta(seconds=operands[1])).isoformat()
    if name == "moment - moment":
        return int((datetime.fromisoformat(operands[0]) - datetime.fromisoformat(operands[1])).total_seconds())
    if name == "local in zone":
        local = datetime.fromisoformat(operands[0]).replace(tzinfo=ZoneInfo(operands[1]))
        there = local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(operands[1]))
        return there.isoformat()
    if name == "later in zone":
        local = datetime.fromisoformat(operands[0]).replace(tzinfo=ZoneInfo(operands[1]))
        instant = local.astimezone(ZoneInfo("UTC")) + timedelta(seconds=operands[2])
        return instant.astimezone(ZoneInfo(operands[1])).isoformat()
    raise ValueError(name)


def answer(kind, name, *operands):
    try:
        return (on_numbers if kind == "number" else on_dates)(name, *operands)
    except (DecimalException, OverflowError):
        return None


json.dump([answer(*question) for question in json.load(sys.stdin)], sys.stdout)
